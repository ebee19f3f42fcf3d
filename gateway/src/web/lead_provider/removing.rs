//! A school is taken off the list of an uploaded file before it is confirmed.

use axum::{
    Form, Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

use super::{checking, desk::Desk};
use crate::web::{Web, problem::Problem};

#[derive(Deserialize)]
struct Removed {
    place: i32,
    /// The page of the list that was looked at.
    #[serde(default)]
    page: u32,
}

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/lead-provider/uploads/{id}/remove", post(remove))
}

async fn remove(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Path<String>,
    Form(removed): Form<Removed>,
) -> Result<Response, Problem> {
    let upload = checking::find(&web, &desk, &named).await?;
    upload.remove(web.pool(), removed.place).await?;
    let path = checking::path(upload.id);
    Ok(Redirect::to(&format!("{path}/check?page={}", removed.page.max(1))).into_response())
}
