//! What became of an uploaded file: how many schools are confirmed for which delivery partner, which rows are not and
//! why, and how many are still being decided.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::ids::UploadId;

use super::{
    checking::{self, Asked, PER_PAGE},
    desk::Desk,
    schools::paged,
    uploads::{Counts, Upload, UploadRow, Which},
};
use crate::web::{
    Web,
    components::{Errors, Pages},
    page::{Page, shown},
    problem::Problem,
};

#[derive(Template)]
#[template(path = "lead_provider/result.html")]
struct ResultPage {
    page: Page,
    path: String,
    upload: Upload,
    counts: Counts,
    pending: i64,
    lost: Vec<UploadRow>,
    pages: Pages,
}

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/lead-provider/uploads/{id}/done", get(show))
}

/// Where the result of a file is.
pub(super) fn path(id: UploadId) -> String {
    format!("{}/done", checking::path(id))
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let upload = checking::find(&web, &desk, &named).await?;
    let path = checking::path(upload.id);
    if upload.confirmed_at.is_none() {
        return Ok(Redirect::to(&format!("{path}/check")).into_response());
    }
    let counts = upload.counts(web.pool()).await?;
    let pending = counts.listed - counts.confirmed - counts.lost;
    let (pages, slice) = paged((counts.lost, PER_PAGE), &asked.page, format!("{path}/done?page="));
    let lost = upload.rows(web.pool(), Which::Lost, slice).await?;
    let page = desk.page();
    shown(&ResultPage { page, path, upload, counts, pending, lost, pages }, &Errors::default())
}
