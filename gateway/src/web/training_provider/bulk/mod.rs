//! Recommending with a file (DOMAIN 4.12): download, upload, what would become of the rows, check, done.

mod finish;
mod review;
mod start;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::facts::Circumstances;
use events_schema::{
    actor::ActorKind,
    ids::{TrainingProviderCode, UploadId},
};
use uuid::Uuid;

use super::{BULK, list::PATIENCE};
use crate::{
    bulk_recommend::{CheckedRow, Checking, Sheet, Trainees, Upload, check},
    trainee_list::Entry,
    web::{Web, problem::Problem, viewer::Visit},
};

/// The longest form with a file that is read to the end, so that a file too large is told so beside its field.
const LONGEST: usize = 8 * 1024 * 1024;

/// The routes.
pub(super) fn routes() -> Router<Web> {
    let upload = format!("{BULK}/{{upload}}");
    Router::new()
        .route(BULK, get(start::start))
        .route(&format!("{BULK}/prepopulated.csv"), get(start::prepopulated))
        .route(&format!("{BULK}/template.csv"), get(start::template))
        .route(&format!("{BULK}/upload"), post(start::upload).layer(DefaultBodyLimit::max(LONGEST)))
        .route(&upload, get(review::summary))
        .route(&format!("{upload}/errors"), get(review::errors))
        .route(&format!("{upload}/errors.csv"), get(review::errors_file))
        .route(&format!("{upload}/check"), get(review::check_page))
        .route(&format!("{upload}/confirm"), post(finish::confirm_all))
        .route(&format!("{upload}/done"), get(finish::done))
        .route(&format!("{upload}/cancel"), post(finish::cancel))
}

/// The provider that recommends; nobody else does with a file (DOMAIN 4.3).
fn provider(visit: &Visit) -> Result<TrainingProviderCode, Problem> {
    let viewer = visit.signed_in()?;
    match (viewer.kind(), viewer.training_provider()) {
        (ActorKind::TrainingProvider, Some(code)) => Ok(code),
        (
            ActorKind::TrainingProviderReader | ActorKind::TrainingPartner | ActorKind::Support | ActorKind::Auditor,
            _,
        ) => Err(Problem::NotAllowed),
        _ => Err(Problem::NotFound),
    }
}

/// The provider's own trainees, none of whom was erased.
async fn own_trainees(web: &Web, provider: &TrainingProviderCode) -> Result<Vec<Arc<Entry>>, Problem> {
    web.trainees().caught_up(PATIENCE).await?;
    Ok(web.trainees().still_known(web.trainees().of_provider(provider)).await?)
}

/// What would become of the rows now.
fn checked(web: &Web, visit: &Visit, (sheet, own): (&Sheet, &[Arc<Entry>])) -> Result<Vec<CheckedRow>, Problem> {
    let actor = visit.signed_in()?.actor.clone();
    let circumstances = Circumstances { actor, received_at: web.clock().now(), new_id: Uuid::nil() };
    let trainees = Trainees::new(own.iter().map(|entry| entry.trainee()));
    Ok(check(sheet, &Checking { trainees: &trainees, circumstances: &circumstances }))
}

/// An upload of the viewer's provider.
async fn find(web: &Web, visit: &Visit, id: Uuid) -> Result<(TrainingProviderCode, Upload), Problem> {
    let provider = provider(visit)?;
    let upload = web.uploads().find(&provider, UploadId(id)).await?.ok_or(Problem::NotFound)?;
    Ok((provider, upload))
}

fn href(id: UploadId, page: &str) -> String {
    format!("{BULK}/{id}{page}")
}

/// A file to be saved; it holds personal values, so that nothing on the way keeps it.
fn file(name: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).expect("a plain name"));
    response
}
