//! The start page, which sends everybody to the first of their own pages; the others are in the navigation.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use super::{
    Web,
    components::Errors,
    page::{Page, shown},
    problem::Problem,
    viewer::Visit,
};

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    page: Page,
}

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/", get(start))
}

async fn start(visit: Visit) -> Result<Response, Problem> {
    let page = visit.page();
    match page.links.as_slice() {
        [first, ..] => Ok(Redirect::to(&first.href).into_response()),
        _ => shown(&StartPage { page }, &Errors::default()),
    }
}
