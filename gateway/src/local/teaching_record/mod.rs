//! A simulator of the teaching record for development and tests: a server of its own that speaks the record's real
//! interface over HTTP and keeps its rules. It can be told to be slow, silent or wrong. Never part of production.

mod memory;
mod rules;
mod script;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{post, put},
};
pub use memory::{Held, Write};
pub use script::{Answer, Script};
use serde::Deserialize;
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};
use uuid::Uuid;

use self::memory::Memory;
use super::fresh_secret;
use crate::{config::Secret, fault::Fault, teaching_record::TeachingRecordConfig};

/// How long an answer may take before the service gives up on it.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_hours(1);

/// A running simulator; ends when dropped.
pub struct SimulatedRecord {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

/// What every request sees.
#[derive(Clone)]
struct Shared {
    token: Arc<str>,
    memory: Arc<Mutex<Memory>>,
}

impl SimulatedRecord {
    /// Starts one on a free loopback port.
    pub async fn start() -> Result<Self, Fault> {
        let refused = |source| Fault::Listen { address: "the simulated teaching record".to_owned(), source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let shared = Shared { token: fresh_secret().into(), memory: Arc::default() };
        let router = router(shared.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the simulated teaching record ended");
            }
        });
        Ok(Self { address, shared, serving })
    }

    /// How the service reaches it.
    pub fn config(&self) -> TeachingRecordConfig {
        let url = format!("http://{}", self.address);
        TeachingRecordConfig { url, token: Secret::new(&*self.shared.token), timeout: TIMEOUT }
    }

    /// Tells it how to behave from now on.
    pub fn behave(&self, script: Script) {
        self.shared.memory().script = script;
    }

    /// Every write that reached it, in order, accepted or not.
    pub fn writes(&self) -> Vec<Write> {
        self.shared.memory().writes.clone()
    }

    /// What it holds under our key of a training.
    pub fn held(&self, reference: Uuid) -> Option<Held> {
        self.shared.memory().held.get(&reference).cloned()
    }

    /// A person at the teaching record corrects it by hand: what it held of the training is gone.
    pub fn correct_by_hand(&self, reference: Uuid) {
        self.shared.memory().held.remove(&reference);
    }
}

impl Drop for SimulatedRecord {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/v3/trn-requests", post(ask).get(poll))
        .route("/v3/persons/{trn}/routes-to-professional-statuses/{reference}", put(write))
        .layer(middleware::from_fn_with_state(shared.clone(), bearer))
        .route("/simulator/script", put(behave))
        .with_state(shared)
}

/// `PUT /simulator/script`: how to behave from now on, for whoever tries things out by hand.
async fn behave(State(shared): State<Shared>, Json(script): Json<Script>) -> StatusCode {
    shared.memory().script = script;
    StatusCode::NO_CONTENT
}

async fn bearer(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) != Some(&*shared.token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let delay = Duration::from_millis(shared.memory().script.delay_ms);
    sleep(delay).await;
    next.run(request).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    request_id: Uuid,
}

async fn ask(State(shared): State<Shared>, Json(asked): Json<Asked>) -> Response {
    let mut memory = shared.memory();
    memory.ask(asked.request_id);
    state_of(&mut memory, asked.request_id)
}

async fn poll(State(shared): State<Shared>, Query(asked): Query<Asked>) -> Response {
    let mut memory = shared.memory();
    memory.poll(asked.request_id);
    state_of(&mut memory, asked.request_id)
}

fn state_of(memory: &mut Memory, request: Uuid) -> Response {
    if let Some(status) = memory.script.trn_status {
        return status_code(status).into_response();
    }
    if !memory.was_asked(request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match memory.trn(request) {
        None => Json(json!({ "requestId": request, "status": "requested" })).into_response(),
        Some(trn) => Json(json!({ "requestId": request, "status": "received", "trn": trn })).into_response(),
    }
}

/// The next scripted answer comes first; `hang` takes the write and never says so.
async fn write(
    State(shared): State<Shared>,
    Path((trn, reference)): Path<(String, Uuid)>,
    Json(body): Json<rules::Body>,
) -> Response {
    let scripted = {
        let mut memory = shared.memory();
        let write = Write { trn: trn.clone(), reference, status: body.status.clone(), holds_from: body.holds_from };
        memory.writes.push(write);
        memory.script.next()
    };
    match scripted {
        Some(Answer::Status { status, code }) => problem(status, code),
        Some(Answer::Hang) => {
            drop(taken(&shared, (&trn, reference), &body));
            sleep(FOR_EVER).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Some(Answer::Usual) | None => taken(&shared, (&trn, reference), &body),
    }
}

fn taken(shared: &Shared, (trn, reference): (&str, Uuid), body: &rules::Body) -> Response {
    match rules::take(&mut shared.memory(), (trn, reference), body) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => problem(refusal.status, refusal.code),
    }
}

fn problem(status: u16, code: Option<u32>) -> Response {
    let body = json!({ "type": "about:blank", "title": "Refused", "status": status, "errorCode": code });
    (status_code(status), Json(body)).into_response()
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
