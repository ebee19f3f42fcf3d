//! The start page, which sends everybody to their own pages.

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
        [only] => Ok(Redirect::to(&only.href).into_response()),
        _ => shown(&StartPage { page }, &Errors::default()),
    }
}
