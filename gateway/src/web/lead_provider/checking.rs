//! An uploaded file before it is confirmed: its errors by spreadsheet row, as a page and as a file, and the list of the
//! schools that would be confirmed.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::ids::{Parse, UploadId};
use serde::Deserialize;

use super::{
    desk::Desk,
    downloads::CsvFile,
    result,
    schools::paged,
    start, upload,
    uploads::{Counts, Upload, UploadRow, Uploads, Which},
};
use crate::web::{
    Web,
    components::{Errors, Pages},
    page::{Page, shown},
    problem::Problem,
};

/// Rows on a page.
pub(super) const PER_PAGE: i64 = 100;
/// Rows of a file that are read at once.
const AT_ONCE: i64 = 20_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) page: String,
}

#[derive(Template)]
#[template(path = "lead_provider/errors.html")]
struct ErrorsPage {
    page: Page,
    path: String,
    again: String,
    upload: Upload,
    counts: Counts,
    rows: Vec<UploadRow>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "lead_provider/check.html")]
struct CheckPage {
    page: Page,
    path: String,
    again: String,
    upload: Upload,
    counts: Counts,
    rows: Vec<UploadRow>,
    pages: Pages,
}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/lead-provider/uploads/{id}", get(errors))
        .route("/lead-provider/uploads/{id}/errors.csv", get(errors_file))
        .route("/lead-provider/uploads/{id}/check", get(check))
}

/// Where an uploaded file is.
pub(super) fn path(id: UploadId) -> String {
    format!("/lead-provider/uploads/{id}")
}

/// The file that a path names, if it is the lead provider's and still kept.
pub(super) async fn find(web: &Web, desk: &Desk, named: &str) -> Result<Upload, Problem> {
    let id = UploadId::parse(named).map_err(|_invalid| Problem::NotFound)?;
    Uploads::of(web, desk).find(id).await?.ok_or(Problem::NotFound)
}

async fn errors(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let upload = find(&web, &desk, &named).await?;
    let counts = upload.counts(web.pool()).await?;
    let path = path(upload.id);
    if counts.errors == 0 {
        return Ok(Redirect::to(&format!("{path}/check")).into_response());
    }
    let (pages, slice) = paged((counts.errors, PER_PAGE), &asked.page, format!("{path}?page="));
    let rows = upload.rows(web.pool(), Which::Errors, slice).await?;
    let (page, again) = (desk.page(), again(&upload));
    shown(&ErrorsPage { page, path, again, upload, counts, rows, pages }, &Errors::default())
}

/// The same table to keep, whole; read in parts, for there can be hundreds of thousands of rows.
async fn errors_file(State(web): State<Web>, desk: Desk, Path(named): Path<String>) -> Result<Response, Problem> {
    let upload = find(&web, &desk, &named).await?;
    let mut file = CsvFile::new(["row", "held", "urn", "school", "code", "error"])?;
    for part in 0.. {
        let rows = upload.rows(web.pool(), Which::Errors, (part * AT_ONCE, Some(AT_ONCE))).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let number = row.spreadsheet_row.to_string();
            file.row([&number, &row.held, &row.urn, &row.school, &row.code, &row.message])?;
        }
    }
    file.attached("errors.csv")
}

async fn check(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let upload = find(&web, &desk, &named).await?;
    let path = path(upload.id);
    if upload.confirmed_at.is_some() {
        return Ok(Redirect::to(&result::path(upload.id)).into_response());
    }
    let counts = upload.counts(web.pool()).await?;
    let (pages, slice) = paged((counts.listed, PER_PAGE), &asked.page, format!("{path}/check?page="));
    let rows = upload.rows(web.pool(), Which::Listed, slice).await?;
    let (page, again) = (desk.page(), again(&upload));
    shown(&CheckPage { page, path, again, upload, counts, rows, pages }, &Errors::default())
}

/// Where another file for the same cohort and delivery partner is chosen.
fn again(upload: &Upload) -> String {
    format!("{}{}", upload::PATH, start::query(upload.cohort, &upload.partner.0))
}
