//! `POST /commands/{name}`: one command, one answer. And the clock, where it can be set.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{Door, answers::SignedIn};
use crate::{
    decoder::{MAX_BYTES, Malformed},
    names, origin,
    reply::Reply,
};

/// Decides a command; the header `Idempotency-Key` holds its id.
pub(super) async fn send(
    State(door): State<Door>,
    SignedIn { actor, .. }: SignedIn,
    Path(name): Path<String>,
    request: axum::extract::Request,
) -> Reply {
    let Ok(_permit) = door.permits.clone().try_acquire_owned() else { return Reply::busy() };
    let (parts, body) = request.into_parts();
    let read = names::find(&name)
        .and_then(|name| Ok((name, origin::read(origin::HTTP, actor, |name| find(&parts.headers, name))?)));
    let (name, origin) = match read {
        Ok(read) => read,
        Err(malformed) => return Reply::malformed(malformed),
    };
    let body = match bounded(body).await {
        Ok(body) => body,
        Err(malformed) => return Reply::malformed(malformed),
    };
    decided_whatever_becomes_of_the_caller(door, origin, (name, body)).await
}

/// A caller who hangs up must not leave a command half answered.
async fn decided_whatever_becomes_of_the_caller(
    door: Door,
    origin: events_schema::envelope::Origin,
    (name, body): (names::CommandName, Bytes),
) -> Reply {
    let command_id = origin.command_id;
    let answered = tokio::spawn(async move { door.gateway.answer(origin, name, &body).await });
    answered.await.unwrap_or_else(|_panicked| {
        tracing::error!(%command_id, "the handler of a command died");
        Reply::busy()
    })
}

/// Sets the clock. This route exists outside production only.
pub(super) async fn set_clock(State(door): State<Door>, body: Bytes) -> Response {
    match door.gateway.set_clock(&body) {
        Ok(now) => (StatusCode::OK, axum::Json(serde_json::json!({ "now": now }))).into_response(),
        Err(malformed) => Reply::malformed(malformed).into_response(),
    }
}

/// The whole body, if it is not too large.
pub(crate) async fn bounded(body: Body) -> Result<Bytes, Malformed> {
    to_bytes(body, MAX_BYTES).await.map_err(|_| {
        Malformed::new("too_large", format!("The body did not come whole; at most {MAX_BYTES} bytes are read."))
    })
}

/// The text of a header.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
