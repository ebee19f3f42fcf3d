//! The files that are given out, and the one that comes back.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::policies::dates::london_day;
use events_schema::ids::UploadId;
use serde_json::Value;
use uuid::Uuid;

use super::{checked, file, href, own_trainees, provider};
use crate::{
    bulk_recommend::{self as bulk, Chosen, Refused, RowOutcome, Sheet},
    reply::Outcome,
    web::{
        Web,
        act::{By, act, unexplained},
        components::Errors,
        page::{Page, shown},
        problem::Problem,
        viewer::Visit,
    },
};

#[derive(Template)]
#[template(path = "training_provider/bulk/start.html")]
struct StartPage {
    page: Page,
    refusal: &'static str,
}

/// `GET` where it begins.
pub(super) async fn start(visit: Visit) -> Result<Response, Problem> {
    provider(&visit)?;
    shown(&StartPage { page: visit.page(), refusal: "" }, &Errors::default())
}

/// `GET` the file of those who may be due.
pub(super) async fn prepopulated(visit: Visit, State(web): State<Web>) -> Result<Response, Problem> {
    let own = own_trainees(&web, &provider(&visit)?).await?;
    let today = london_day(web.clock().now());
    Ok(file("bulk-recommend.csv", bulk::prepopulated(own.iter().map(|entry| entry.record()), today)))
}

/// `GET` the empty file.
pub(super) async fn template(visit: Visit, State(web): State<Web>) -> Result<Response, Problem> {
    provider(&visit)?;
    Ok(file("bulk-recommend-empty.csv", bulk::template(london_day(web.clock().now()))))
}

/// `POST` a file: refused as a whole, or kept with the rows that were found right.
pub(super) async fn upload(visit: Visit, State(web): State<Web>, form: Multipart) -> Result<Response, Problem> {
    let provider = provider(&visit)?;
    let sheet = match read(form).await {
        Ok(sheet) => sheet,
        Err(refused) => {
            let errors = Errors::one("file", refused.to_string());
            let page = StartPage { page: visit.page().with(errors.clone()), refusal: refused.code() };
            return shown(&page, &errors);
        }
    };
    let own = own_trainees(&web, &provider).await?;
    let rows = checked(&web, &visit, (&sheet, &own))?;
    let chosen: Vec<Chosen> = rows
        .iter()
        .filter_map(|row| match (&row.outcome, row.trainee) {
            (RowOutcome::Recommended(date), Some(trainee_id)) => {
                Some(Chosen { row: row.number, trainee_id, date: *date })
            }
            _ => None,
        })
        .collect();
    let id = UploadId(Uuid::now_v7());
    let record = bulk::preview(id, &web.uploads().digest(&sheet), &rows);
    on_record(&web, By::viewer(visit.signed_in()?, id.0), record).await?;
    web.uploads().keep((id, &provider), &sheet, &chosen).await?;
    Ok(Redirect::to(&href(id, "")).into_response())
}

/// The quality of files is counted from the log.
async fn on_record(web: &Web, by: By, record: Value) -> Result<(), Problem> {
    match act(web, by, ("RecordRecommendationPreview", record)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(()),
        other => Err(unexplained(&other)),
    }
}

async fn read(mut form: Multipart) -> Result<Sheet, Refused> {
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("file") {
            let chosen = field.file_name().is_some_and(|name| !name.is_empty());
            let bytes = field.bytes().await.map_err(|_cut_off| Refused::TooLarge)?;
            return if chosen || !bytes.is_empty() { bulk::read(&bytes) } else { Err(Refused::Missing) };
        }
    }
    Err(Refused::Missing)
}
