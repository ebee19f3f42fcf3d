//! Confirming a file, and what came of it; or letting it go.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::ids::UploadId;
use uuid::Uuid;

use super::{find, href, provider};
use crate::{
    bulk_recommend::{Confirmed, Confirming, confirm},
    web::{
        Web,
        components::Errors,
        page::{Page, shown},
        problem::Problem,
        training_provider::{BULK, LIST, dossier},
        viewer::Visit,
    },
};

#[derive(Template)]
#[template(path = "training_provider/bulk/done.html")]
struct DonePage {
    page: Page,
    title: String,
    refused: Vec<RefusedRow>,
    list: &'static str,
    bulk: &'static str,
}

/// A row that lost a race, or met a rule that the check before it did not.
struct RefusedRow {
    number: u32,
    trainee: String,
    href: String,
    code: String,
    message: String,
}

/// `POST`: recommends every row that was found right. Each row is decided afresh; pressed twice, it is done once.
pub(super) async fn confirm_all(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let (_, upload) = find(&web, &visit, id).await?;
    if upload.confirmed.is_none() {
        let viewer = visit.signed_in()?;
        let confirming = Confirming { actor: viewer.actor.clone(), user: Some(viewer.user), upload_id: upload.id };
        let web = web.clone();
        // A browser that goes away must not leave half of the rows behind.
        let done = tokio::spawn(async move {
            let confirmed = confirm(&web.gateway(), &confirming, &upload.chosen).await;
            if confirmed.iter().any(|row| row.unanswered) {
                return Err(Problem::Unavailable);
            }
            Ok(web.uploads().confirmed(confirming.upload_id, &confirmed).await?)
        });
        done.await.map_err(|died| Problem::broken(&died))??;
    }
    Ok(Redirect::to(&href(UploadId(id), "/done")).into_response())
}

/// `GET` what came of it.
pub(super) async fn done(visit: Visit, State(web): State<Web>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let (_, upload) = find(&web, &visit, id).await?;
    let Some(confirmed) = upload.confirmed else { return Ok(Redirect::to(&href(UploadId(id), "")).into_response()) };
    let recommended = confirmed.iter().filter(|row| row.refused.is_none()).count();
    let trainees = if recommended == 1 { "trainee" } else { "trainees" };
    let page = DonePage {
        page: visit.page(),
        title: format!("{recommended} {trainees} recommended for QTS or EYTS"),
        refused: confirmed.iter().filter_map(|row| refused(&web, row)).collect(),
        list: LIST,
        bulk: BULK,
    };
    shown(&page, &Errors::default())
}

/// `POST`: the file goes, and nothing was changed.
pub(super) async fn cancel(visit: Visit, State(web): State<Web>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    web.uploads().cancel(&provider(&visit)?, UploadId(id)).await?;
    Ok(Redirect::to(LIST).into_response())
}

fn refused(web: &Web, row: &Confirmed) -> Option<RefusedRow> {
    let (code, message) = row.refused.clone()?;
    let trainee = web.trainees().trainee(row.trainee_id).map(|entry| entry.name()).unwrap_or_default();
    Some(RefusedRow { number: row.row, trainee, href: dossier::href(row.trainee_id), code, message })
}
