//! The file of schools comes in: cleaned, every row checked, kept until it is confirmed. What is wrong with the file as
//! a whole is said at its field.

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Query, State, multipart::Field},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::ids::Cohort;
use serde::Deserialize;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{
    checking,
    desk::{Desk, Partner},
    preview::{self, Kept},
    start,
};
use crate::{
    urn_file::{self, Refused, UrnCell},
    web::{
        Web,
        components::Errors,
        page::{Page, shown},
        problem::Problem,
    },
};

/// Where the file is chosen.
pub(super) const PATH: &str = "/lead-provider/confirm/upload";
const FIELD: &str = "file";
/// Files that are checked at once; each may take tens of megabytes while it is.
static PREVIEWS: Semaphore = Semaphore::const_new(3);
/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);

/// Cohort and delivery partner, as the query of a page has them.
#[derive(Deserialize)]
pub(super) struct For {
    cohort: String,
    delivery_partner: String,
}

#[derive(Template)]
#[template(path = "lead_provider/upload.html")]
struct UploadPage {
    page: Page,
    cohort: Cohort,
    partner: Partner,
    query: String,
}

/// The routes. How much of a form is read is limited before it gets here.
pub(super) fn routes() -> Router<Web> {
    Router::new().route(PATH, get(ask).post(receive)).layer(DefaultBodyLimit::disable())
}

impl For {
    /// The cohort and the delivery partner, if both are the provider's own.
    pub(super) async fn known(&self, web: &Web, desk: &Desk) -> Result<(Cohort, Partner), Problem> {
        let cohort = desk.cohort(web, Some(&self.cohort)).await?;
        let partner = desk.partner(web, cohort, &self.delivery_partner).await?.ok_or(Problem::NotFound)?;
        Ok((cohort, partner))
    }
}

async fn ask(State(web): State<Web>, desk: Desk, Query(asked): Query<For>) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    question(&desk, known, Errors::default())
}

fn question(desk: &Desk, (cohort, partner): (Cohort, Partner), errors: Errors) -> Result<Response, Problem> {
    let query = start::query(cohort, &partner.0);
    shown(&UploadPage { page: desk.page().with(errors.clone()), cohort, partner, query }, &errors)
}

async fn receive(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<For>,
    form: Multipart,
) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    let file = file(form).await?;
    let Some(_turn) = turn().await else {
        return question(&desk, known, Errors::one(FIELD, "Many files are being checked now. Try again in a minute"));
    };
    let cells = match cells(file).await? {
        Ok(cells) => cells,
        Err(message) => return question(&desk, known, Errors::one(FIELD, message)),
    };
    match preview::keep(&web, &desk, &known, cells).await? {
        Kept::Upload(id) => Ok(Redirect::to(&checking::path(id)).into_response()),
        Kept::Refused(message) => question(&desk, known, Errors::one(FIELD, message)),
    }
}

/// Name and bytes of the file, if one was chosen.
async fn file(mut form: Multipart) -> Result<Option<Vec<u8>>, Problem> {
    while let Some(field) = form.next_field().await.map_err(|_cut_off| Problem::FormExpired)? {
        if field.name() == Some(FIELD) {
            return chosen(field).await;
        }
    }
    Ok(None)
}

/// A browser sends an empty file without a name if none was chosen.
async fn chosen(field: Field<'_>) -> Result<Option<Vec<u8>>, Problem> {
    let named = field.file_name().is_some_and(|name| !name.is_empty());
    let bytes = field.bytes().await.map_err(|_cut_off| Problem::FormExpired)?;
    Ok((named || !bytes.is_empty()).then(|| bytes.to_vec()))
}

/// A turn to check a file; nothing if others took too long.
async fn turn() -> Option<SemaphorePermit<'static>> {
    timeout(PATIENCE, PREVIEWS.acquire()).await.ok()?.ok()
}

/// The cells that count, or what is wrong with the file; cleaning a large one is more than a moment's work.
async fn cells(file: Option<Vec<u8>>) -> Result<Result<Vec<UrnCell>, &'static str>, Problem> {
    let Some(bytes) = file else { return Ok(Err("Select a CSV file with the URNs of your schools")) };
    let read = tokio::task::spawn_blocking(move || urn_file::read(&bytes)).await;
    Ok(match read.map_err(|error| Problem::broken(&error))? {
        Ok(cells) if cells.is_empty() => Err("The selected file holds no URNs"),
        Ok(cells) => Ok(cells),
        Err(Refused::Empty) => Err("The selected file is empty"),
        Err(Refused::TooLarge(_)) => Err("The selected file must be 2MB or smaller"),
    })
}
