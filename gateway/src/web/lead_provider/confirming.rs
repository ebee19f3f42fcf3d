//! The schools of an uploaded file are confirmed: one command per row, each decided anew and alone, under an id that
//! follows from upload and row. Pressing again, or going on after a crash, repeats nothing.

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use events_schema::actor::{Actor, ActorKind};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    checking,
    desk::Desk,
    result,
    uploads::{self, Sent, Upload, UploadRow, Uploads, Which},
};
use crate::{
    reply::Outcome,
    strict,
    web::{
        Web,
        act::{By, act},
        problem::Problem,
    },
};

/// Rows that are decided at once; the log's writer puts them into few transactions.
const IN_FLIGHT: usize = 32;
/// Rows whose outcome is noted at once.
const AT_ONCE: i64 = 500;
/// How long the browser waits; the rows are confirmed whether it does or not.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often is looked for files whose confirmation came to a halt.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/lead-provider/uploads/{id}/confirm", post(confirm))
}

async fn confirm(State(web): State<Web>, desk: Desk, Path(named): Path<String>) -> Result<Response, Problem> {
    let upload = checking::find(&web, &desk, &named).await?;
    if upload.counts(web.pool()).await?.listed == 0 {
        return Ok(Redirect::to(&format!("{}/check", checking::path(upload.id))).into_response());
    }
    Uploads::of(&web, &desk).confirm(upload.id).await?;
    let (id, by, ground) = (upload.id, desk.by(upload.id.0), web.clone());
    let confirming = tokio::spawn(async move {
        if let Err(problem) = every_row(&ground, &by, &upload).await {
            tracing::warn!(upload = %upload.id, ?problem, "rows of an upload are left to confirm");
        }
    });
    // Whatever is not done or not seen by then, the next page says so or shows when it is loaded again.
    timeout(PATIENCE, confirming).await.ok();
    web.caught_up().await.ok();
    Ok(Redirect::to(&result::path(id)).into_response())
}

/// Goes on with files whose confirmation came to a halt, because the service ended or its database was away; until
/// told to stop. By the same ids, so that whatever was decided stays as it is.
pub(in crate::web) async fn go_on(web: Web, stop: CancellationToken) {
    while stop.run_until_cancelled(sleep(LOOK_AGAIN)).await.is_some() {
        if let Err(problem) = stop.run_until_cancelled(taken_up(&web)).await.unwrap_or(Ok(())) {
            tracing::warn!(?problem, "an upload waits to be confirmed");
        }
    }
}

async fn taken_up(web: &Web) -> Result<(), Problem> {
    while let Some(halted) = uploads::take_up(web.pool()).await? {
        let actor = Actor::try_new(ActorKind::LeadProvider, halted.lead_provider.as_str());
        let actor = actor.map_err(|error| Problem::broken(&error))?;
        let by = By { actor, user: Some(halted.user), form: halted.upload.id.0 };
        every_row(web, &by, &halted.upload).await?;
    }
    Ok(())
}

/// Goes on until no row is left, or until the service cannot decide one now.
async fn every_row(web: &Web, by: &By, upload: &Upload) -> Result<(), Problem> {
    loop {
        let rows = upload.rows(web.pool(), Which::Pending, (0, Some(AT_ONCE))).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let bodies: Vec<Value> = rows.iter().map(|row| body(upload, row)).collect();
        let send = |body| send(web.clone(), by.clone(), body);
        let outcomes: Vec<_> = stream::iter(bodies).map(send).buffered(IN_FLIGHT).collect().await;
        let decided: Vec<Sent> = rows.iter().zip(&outcomes).filter_map(|(row, outcome)| sent(row, outcome)).collect();
        upload.note(web.pool(), &decided).await?;
        if decided.len() < rows.len() {
            return Err(Problem::Unavailable);
        }
    }
}

async fn send(web: Web, by: By, body: Value) -> Outcome {
    act(&web, by, ("ConfirmRecruitment", body)).await
}

fn body(upload: &Upload, row: &UploadRow) -> Value {
    json!({
        "school_urn": row.urn,
        "cohort": upload.cohort,
        "delivery_partner_id": upload.partner.0,
        "upload": { "upload_id": upload.id, "row": row.spreadsheet_row, "held": strict::wanted(&row.held) },
    })
}

/// What became of a row, if that is known; else it is sent again, under the same id.
fn sent(row: &UploadRow, outcome: &Outcome) -> Option<Sent> {
    let refused = match outcome {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => None,
        Outcome::Rejected(refusal) => Some((refusal.code.clone(), refusal.message.clone())),
        Outcome::Malformed(malformed) => Some((malformed.code.to_owned(), malformed.message.clone())),
        Outcome::Failed { .. } => return None,
    };
    Some(Sent { place: row.place, refused })
}
