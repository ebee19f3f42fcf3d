//! What GOV.UK Notify tells of a mail afterwards. Only with the secret that both sides hold, compared in constant time;
//! only of mails that are ours; and it can only move a mail forward, so that late, double and crossed ones do no harm.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    routing::post,
};
use chrono::{DateTime, Utc};
use domain::notice;
use event_store::Log;
use events_schema::{
    envelope::Recorded,
    events::{Event, notice::NoticeEvent},
    ids::{NoticeId, Parse},
};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::{carrier::Carried, notify, sender};
use crate::{config::Secret, fault::Fault, gateway::Gateway, processes::decided};

/// What callbacks are answered with.
#[derive(Clone)]
pub struct Callbacks {
    /// Decides.
    pub gateway: Arc<Gateway>,
    /// Knows the mails.
    pub log: Log,
    /// The secret that both sides hold.
    pub secret: Arc<Secret>,
}

/// Of a callback, what we read.
#[derive(Deserialize)]
struct Receipt {
    id: String,
    #[serde(default)]
    reference: Option<String>,
    status: String,
    #[serde(default)]
    completed_at: Option<DateTime<Utc>>,
}

/// `POST /notify/callback`; there is no such route without a secret.
pub fn router<S: Clone + Send + Sync + 'static>(callbacks: Callbacks) -> Router<S> {
    Router::new().route("/notify/callback", post(receive)).with_state(callbacks)
}

async fn receive(State(callbacks): State<Callbacks>, headers: HeaderMap, Json(receipt): Json<Receipt>) -> StatusCode {
    if !is_notify(&headers, &callbacks.secret) {
        return StatusCode::UNAUTHORIZED;
    }
    match take(&callbacks, receipt).await {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(fault) => {
            tracing::error!(error = %fault, "what the carrier said of a mail was not recorded; it will say it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

fn is_notify(headers: &HeaderMap, secret: &Secret) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    given.as_bytes().ct_eq(secret.reveal().as_bytes()).into()
}

/// Records the status; false if there is no such mail, or the carrier knows it by another id.
async fn take(callbacks: &Callbacks, receipt: Receipt) -> Result<bool, Fault> {
    let reference = receipt.reference.as_deref().and_then(|text| NoticeId::parse(text).ok());
    let (Some(notice), Some(status)) = (reference, notify::status(&receipt.status)) else { return Ok(false) };
    let history = callbacks.log.stream_page(&notice::stream(notice), 0, i64::MAX).await?;
    let Some(created) = history.iter().find(|it| matches!(it.event, Event::Notice(NoticeEvent::NoticeCreated(_))))
    else {
        return Ok(false);
    };
    if history.iter().filter_map(known_as).any(|known| known != receipt.id) {
        return Ok(false);
    }
    let carried = Carried { id: Some(receipt.id), status, at: receipt.completed_at };
    let (id, command) = sender::record(notice, carried, (callbacks.gateway.clock().now(), 0));
    decided(&callbacks.gateway, sender::origin(created, id), command).await?;
    Ok(true)
}

fn known_as(recorded: &Recorded<Event>) -> Option<&str> {
    match &recorded.event {
        Event::Notice(NoticeEvent::NoticeStatusRecorded(it)) => it.notify_id.as_deref(),
        _ => None,
    }
}
