//! A command from an API to its outcome: its id from the header or made here, decided even if the caller hangs up, and
//! shown only once the views have it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Response};
use events_schema::{actor::Actor, envelope::Origin, ids::CommandId};
use projections::ViewFault;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    decoder::{self, Decoded, Malformed},
    http::{Door, commands::find},
    origin,
    reply::{Kept, Outcome, Reply},
};

/// The header of a command's id, which every answer to a command repeats.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// How long an answer may wait for the views to show what was decided.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a command came from. A caller who sends no id gets one.
pub(super) fn origin(actor: Actor, headers: &HeaderMap) -> Result<Origin, Malformed> {
    let made = Uuid::now_v7().to_string();
    origin::read(origin::HTTP, actor, |name| {
        find(headers, name).or_else(|| (name == IDEMPOTENCY_KEY && !headers.contains_key(name)).then_some(&made))
    })
}

/// Reads a command whose body was put together here from what the caller sent.
pub(super) fn decode(name: &'static str, body: &Value) -> Result<Decoded, Malformed> {
    decoder::decode_named(name, body.to_string().as_bytes())
}

/// Decides a command. A caller who hangs up must not leave it half answered.
pub(super) async fn decided(door: &Door, origin: Origin, decoded: Decoded) -> Outcome {
    let Ok(permit) = door.permits.clone().try_acquire_owned() else { return Reply::busy().outcome };
    let (gateway, command_id) = (door.gateway.clone(), origin.command_id);
    let answered = tokio::spawn(async move {
        let _permit = permit;
        gateway.answer_decoded(origin, decoded).await
    });
    answered.await.unwrap_or_else(|_panicked| {
        tracing::error!(%command_id, "the handler of a command died");
        Reply::busy().outcome
    })
}

/// Waits, bounded, until the views show what was kept.
pub(super) async fn shown(door: &Door, kept: &Kept) -> Result<(), ViewFault> {
    match kept.positions.last() {
        Some(position) => door.gateway.views().wait_until(*position, PATIENCE).await.map(drop),
        None => Ok(()),
    }
}

/// Says under which id the command is kept, so that it can be asked about again.
pub(super) fn numbered<B>(mut response: Response<B>, id: CommandId) -> Response<B> {
    let id = HeaderValue::from_str(&id.to_string()).expect("a UUID is plain text");
    response.headers_mut().insert(IDEMPOTENCY_KEY, id);
    response
}
