//! The proof of the log over HTTP, for anybody: hashes and signatures hold no personal data. The last signed checkpoint,
//! that an event is in it, and that one size of the log is the beginning of another.

use axum::{
    Json, Router,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use event_store::bundle::written;
use events_schema::{
    actor::Actor,
    envelope::{Payload, Position, Recorded},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    decoder::Malformed,
    fault::Fault,
    http::{Door, answers::SignedIn},
    proof::Notary,
    queries::{Answer, looks_after_everybody},
    status::Status,
};

/// That an event stands at its position in the signed tree.
#[derive(Serialize, ToSchema)]
pub(crate) struct InclusionProof {
    /// The event's position; its leaf index is one less.
    position: Position,
    /// Hash of the event's leaf, base64.
    leaf: String,
    /// Number of events in the signed tree.
    size: Position,
    /// Root of the signed tree, base64.
    root: String,
    /// Hashes of the siblings from the leaf upwards, base64.
    path: Vec<String>,
    /// The signed note.
    checkpoint: String,
}

/// That the log with `from` events is the beginning of the log with `to` events.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConsistencyProof {
    /// The smaller size.
    from: Position,
    /// The larger size.
    to: Position,
    /// Root at the smaller size, base64.
    from_root: String,
    /// Root at the larger size, base64.
    to_root: String,
    /// The hashes of the proof, base64.
    path: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Sizes {
    from: Position,
    to: Position,
}

/// The routes.
pub(crate) fn router() -> Router<Door> {
    Router::new()
        .route("/api/v1/log/checkpoint", get(checkpoint))
        .route("/api/v1/log/proof/event/{position}", get(event))
        .route("/api/v1/log/proof/consistency", get(consistency))
        .route("/api/v1/log/receipt/{position}", get(receipt))
}

/// The last signed checkpoint.
#[utoipa::path(get, path = "/api/v1/log/checkpoint", tag = "Proof", operation_id = "log_checkpoint",
    responses((status = 200, description = "A signed note: origin, size, root.", body = String, content_type = "text/plain")))]
pub(crate) async fn checkpoint(State(door): State<Door>) -> Response {
    let Some(notary) = &door.notary else { return unwitnessed().into_response() };
    match notary.last_signed().await {
        Ok(Some(note)) => {
            let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            (headers, note).into_response()
        }
        Ok(None) => Answer::missing().into_response(),
        Err(fault) => Answer::fault(&fault).into_response(),
    }
}

/// That an event is in the log that was signed. If no checkpoint covers it yet, one is signed at once.
#[utoipa::path(get, path = "/api/v1/log/proof/event/{position}", tag = "Proof", operation_id = "prove_event",
    params(("position" = i64, Path, minimum = 1, maximum = 9_223_372_036_854_775_807_i64, description = "A position from the answer to a command.")),
    responses((status = 200, description = "The inclusion proof with the checkpoint.", body = InclusionProof)))]
pub(crate) async fn event(State(door): State<Door>, position: Result<Path<Position>, PathRejection>) -> Response {
    let Some(notary) = &door.notary else { return unwitnessed().into_response() };
    let Ok(Path(position)) = position else { return no_position("position").into_response() };
    answered(inclusion(notary, position).await)
}

/// That the log of one size is the beginning of the log of another.
#[utoipa::path(get, path = "/api/v1/log/proof/consistency", tag = "Proof", operation_id = "prove_consistency",
    params(("from" = i64, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "The smaller size."),
        ("to" = i64, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "The larger size.")),
    responses((status = 200, description = "The consistency proof.", body = ConsistencyProof)))]
pub(crate) async fn consistency(State(door): State<Door>, sizes: Result<Query<Sizes>, QueryRejection>) -> Response {
    let Some(notary) = &door.notary else { return unwitnessed().into_response() };
    let Ok(Query(Sizes { from, to })) = sizes else { return no_position("from and to").into_response() };
    let proof = notary.proofs().consistency(from, to).await;
    answered(proof.map_err(Fault::from).map(|proof| {
        proof.map(|proof| ConsistencyProof {
            from,
            to,
            from_root: written(&proof.from_root),
            to_root: written(&proof.to_root),
            path: proof.path.iter().map(written).collect(),
        })
    }))
}

/// The receipt for an event of the caller's own, as `ledger-verifier` reads it: with every byte that was hashed.
#[utoipa::path(get, path = "/api/v1/log/receipt/{position}", tag = "Proof", operation_id = "log_receipt",
    params(("position" = i64, Path, minimum = 1, maximum = 9_223_372_036_854_775_807_i64, description = "A position from the answer to a command.")),
    responses((status = 200, description = "The receipt.", body = Object)),
    security(("actor" = [])))]
pub(crate) async fn receipt(
    State(door): State<Door>,
    caller: SignedIn,
    position: Result<Path<Position>, PathRejection>,
) -> Response {
    let Some(notary) = &door.notary else { return unwitnessed().into_response() };
    let Ok(Path(position)) = position else { return no_position("position").into_response() };
    let answer = match own_receipt((&door, notary), &caller.actor, position).await {
        Ok(Some(text)) => Answer { status: Status::OK, body: text.into_bytes() },
        Ok(None) => Answer::missing(),
        Err(fault) => Answer::fault(&fault),
    };
    let question = json!({ "position": position });
    door.queries.given(caller.asks(), ("receipt".to_owned(), &question), answer).await.into_response()
}

/// Whose command it was may have its receipt, and whoever looks after everybody's records.
async fn own_receipt(
    (door, notary): (&Door, &Notary),
    actor: &Actor,
    position: Position,
) -> Result<Option<String>, Fault> {
    if position < 1 {
        return Ok(None);
    }
    let found = door.gateway.log().raw_page(position - 1, 1).await?;
    let own = |event: &Recorded<Payload>| event.origin.actor == *actor || looks_after_everybody(actor.kind);
    if found.first().is_some_and(own) { notary.receipt(position).await } else { Ok(None) }
}

async fn inclusion(notary: &Notary, position: Position) -> Result<Option<InclusionProof>, Fault> {
    let Some(signed) = notary.covering(position).await? else { return Ok(None) };
    let Some(proof) = notary.proofs().event(position, signed.size()).await? else { return Ok(None) };
    Ok(Some(InclusionProof {
        position,
        leaf: written(&proof.leaf),
        size: proof.size,
        root: written(&signed.tree.root()),
        path: proof.path.iter().map(written).collect(),
        checkpoint: signed.note,
    }))
}

fn answered<T: Serialize>(found: Result<Option<T>, Fault>) -> Response {
    match found {
        Ok(Some(proof)) => Json(proof).into_response(),
        Ok(None) => Answer::missing().into_response(),
        Err(fault) => Answer::fault(&fault).into_response(),
    }
}

fn no_position(which: &str) -> Answer {
    let message =
        format!("The address needs {which} as whole numbers; give ones that an answer or a checkpoint has named.");
    Answer::refused(Malformed::new("invalid_value", message))
}

fn unwitnessed() -> Answer {
    Answer::fault(&Fault::Refused("this instance signs nothing: WITNESS_FOLDER is not set".to_owned()))
}
