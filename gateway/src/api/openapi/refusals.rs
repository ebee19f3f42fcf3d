//! The answers that every call of a kind can give beside its own: who asks, what was sent, how the service is.

use serde_json::{Value, json};

/// A kind of call: how its paths begin, its media type when it says no, its schema, and the statuses it may have.
type Kind = (&'static str, &'static str, &'static str, &'static [u16]);

const KINDS: [Kind; 8] = [
    ("/api/v3/", "application/vnd.api+json", "Errors", &[400, 401, 403, 429, 500, 503]),
    ("/api/v2026.1/", "application/json", "TraineeErrors", &[400, 401, 403, 429, 500, 503]),
    ("/api/v1/measures", "application/problem+json", "ProblemDetails", &[400, 401, 403, 404, 422, 429, 503]),
    ("/api/v1/log/", "application/problem+json", "ProblemDetails", &[400, 401, 404, 429, 503]),
    ("/commands/", "application/problem+json", "ProblemDetails", &[400, 401, 403, 404, 409, 413, 422, 429, 500, 503]),
    ("/trainees/", "application/problem+json", "ProblemDetails", &[400, 401, 404, 429, 503]),
    ("/partnerships/", "application/problem+json", "ProblemDetails", &[400, 401, 404, 429, 503]),
    ("/schools/", "application/problem+json", "ProblemDetails", &[400, 401, 404, 429, 503]),
];

/// What a call with a body can say besides.
const OF_A_BODY: [u16; 2] = [413, 415];

/// Adds them where the call does not tell its own.
pub(super) fn add(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, calls) in paths {
        let Some(kind) = KINDS.iter().find(|(begins, ..)| path.starts_with(begins)) else { continue };
        for call in calls.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
            add_to(call, kind);
        }
    }
}

fn add_to(call: &mut Value, (_, media_type, schema, statuses): &Kind) {
    let of_a_body = if call.get("requestBody").is_some() { &OF_A_BODY[..] } else { &[] };
    for status in statuses.iter().chain(of_a_body) {
        let Some(responses) = call["responses"].as_object_mut() else { return };
        responses.entry(status.to_string()).or_insert_with(|| {
            let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
            json!({ "description": told(*status), "content": { *media_type: { "schema": schema } } })
        });
    }
}

fn told(status: u16) -> &'static str {
    match status {
        400 => "It cannot be read.",
        401 => "No good token came along.",
        403 => "The token is good, but not for this.",
        404 => "There is no such record, or it is somebody else's.",
        409 => "The record's present state does not allow it, or the id was used for another command.",
        413 => "The body is larger than what is read.",
        415 => "The body is not said to be JSON.",
        422 => "A rule says no; `code` names it.",
        429 => "Too many wrong tokens came from where you are; wait a second.",
        500 => "Nobody can help but the operators of the service.",
        _ => "Ask again in a moment.",
    }
}
