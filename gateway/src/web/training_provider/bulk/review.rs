//! What would become of the rows: three counts, what is wrong, and the check before it is confirmed.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::policies::{dates::shown as day, routes::route_label};
use events_schema::ids::UploadId;
use uuid::Uuid;

use super::{checked, file, find, href, own_trainees};
use crate::{
    bulk_recommend::{CheckedRow, Chosen, Column, Counts, Reason, RowOutcome, Sheet, Upload, with_errors},
    trainee_list::Entry,
    web::{
        Web,
        components::{Errors, Pages},
        page::{Page, shown},
        paging::Part,
        problem::Problem,
        training_provider::answers::Answers,
        viewer::Visit,
    },
};

/// Rows to a page of the check.
const GROUP: usize = 50;

#[derive(Template)]
#[template(path = "training_provider/bulk/summary.html")]
struct SummaryPage {
    page: Page,
    counts: Counts,
    href: String,
}

#[derive(Template)]
#[template(path = "training_provider/bulk/errors.html")]
struct ErrorsPage {
    page: Page,
    counts: Counts,
    href: String,
    rows: Vec<WrongRow>,
}

/// A row with what is wrong with it.
struct WrongRow {
    number: u32,
    given: String,
    errors: Vec<String>,
}

#[derive(Template)]
#[template(path = "training_provider/bulk/check.html")]
struct CheckPage {
    page: Page,
    href: String,
    total: usize,
    rows: Vec<RightRow>,
    pages: Pages,
}

/// A row that was found right.
struct RightRow {
    number: u32,
    trainee: String,
    training: String,
    date: String,
}

/// `GET` the three counts.
pub(super) async fn summary(visit: Visit, State(web): State<Web>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let Some((_, rows)) = rows(&web, &visit, id).await? else { return Ok(to_done(id)) };
    let page = SummaryPage { page: visit.page(), counts: Counts::of(&rows), href: href(UploadId(id), "") };
    shown(&page, &Errors::default())
}

/// `GET` what is wrong.
pub(super) async fn errors(visit: Visit, State(web): State<Web>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let Some((sheet, rows)) = rows(&web, &visit, id).await? else { return Ok(to_done(id)) };
    let wrong = rows.iter().filter_map(|row| wrong(&sheet, row));
    let page = ErrorsPage {
        page: visit.page(),
        counts: Counts::of(&rows),
        href: href(UploadId(id), ""),
        rows: wrong.collect(),
    };
    shown(&page, &Errors::default())
}

/// `GET` the uploaded file with a last column that says what is wrong.
pub(super) async fn errors_file(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let Some((sheet, rows)) = rows(&web, &visit, id).await? else { return Ok(to_done(id)) };
    Ok(file("bulk-recommend-with-errors.csv", with_errors(&sheet, &rows)))
}

/// `GET` those who will be recommended, in groups.
pub(super) async fn check_page(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<Uuid>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let (_, upload) = find(&web, &visit, id).await?;
    if upload.confirmed.is_some() {
        return Ok(to_done(id));
    }
    let total = upload.chosen.len();
    let number = Answers::new(asked).text("page").parse().unwrap_or(1);
    let href = href(UploadId(id), "");
    let (group, pages) = Part::sized(number, GROUP).taken(upload.chosen, format!("{href}/check?page="));
    let entries = group.iter().filter_map(|chosen| web.trainees().trainee(chosen.trainee_id)).collect();
    let entries = web.trainees().still_known(entries).await?;
    let page = CheckPage {
        page: visit.page(),
        total,
        rows: group.iter().map(|chosen| right(*chosen, &entries)).collect(),
        pages,
        href,
    };
    shown(&page, &Errors::default())
}

/// The file and its rows as they would end now; nothing once it is confirmed.
async fn rows(web: &Web, visit: &Visit, id: Uuid) -> Result<Option<(Sheet, Vec<CheckedRow>)>, Problem> {
    let (provider, Upload { sheet, .. }) = find(web, visit, id).await?;
    let Some(sheet) = sheet else { return Ok(None) };
    let own = own_trainees(web, &provider).await?;
    let rows = checked(web, visit, (&sheet, &own))?;
    Ok(Some((sheet, rows)))
}

fn to_done(id: Uuid) -> Response {
    Redirect::to(&href(UploadId(id), "/done")).into_response()
}

fn wrong(sheet: &Sheet, row: &CheckedRow) -> Option<WrongRow> {
    let RowOutcome::Wrong(reasons) = &row.outcome else { return None };
    let cells = sheet.rows.iter().find(|known| known.number == row.number)?;
    let shown = [Column::FirstNames, Column::LastNames, Column::Trn, Column::ProviderTraineeId, Column::HesaId];
    let given = shown.into_iter().map(|column| sheet.cell(cells, column)).filter(|cell| !cell.is_empty());
    Some(WrongRow {
        number: row.number,
        given: given.collect::<Vec<_>>().join(" "),
        errors: reasons.iter().map(Reason::message).collect(),
    })
}

fn right(chosen: Chosen, entries: &[Arc<Entry>]) -> RightRow {
    let entry = entries.iter().find(|entry| entry.id() == chosen.trainee_id);
    let training = entry.map(|entry| {
        let training = &entry.record().training;
        format!("{} {}", route_label(training.route), training.subjects.join(", "))
    });
    RightRow {
        number: chosen.row,
        trainee: entry.map_or_else(|| "Not known any more".to_owned(), |entry| entry.name()),
        training: training.unwrap_or_default(),
        date: day(chosen.date),
    }
}
