//! Answers over HTTP: the JSON that every door gives, with the headers that go with it here.

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use events_schema::{actor::Actor, envelope::Channel};

use super::Door;
use crate::{
    access_tokens,
    decoder::Malformed,
    knock::Knock,
    queries::{Answer, Asker},
    reading,
    reply::Reply,
    status::Status,
    web,
};

const RETRY_AFTER_SECONDS: &str = "1";

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        json(self.status(), self.json())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        json(self.status, self.body)
    }
}

fn json(status: Status, body: Vec<u8>) -> Response {
    let kind = if status == Status::OK { "application/json" } else { "application/problem+json" };
    let mut response = Response::builder()
        .status(status.code())
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if status == Status::UNAVAILABLE || status == Status::TOO_MANY {
        response = response.header(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if status == Status::UNAUTHORISED {
        response = response.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    response.body(Body::from(body)).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Nothing is here: a page for people, JSON for machines.
pub(super) async fn no_route(headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        return web::nowhere();
    }
    let message = "There is nothing at this path; commands are sent with POST to /commands/<name>.";
    Reply::malformed(Malformed::new("unknown_command", message)).into_response()
}

/// Who asks, by the bearer token, and why, if that is said.
pub(crate) struct SignedIn {
    pub(crate) actor: Actor,
    pub(super) reason: Option<String>,
}

impl SignedIn {
    /// As who asks, over HTTP.
    pub(crate) fn asks(&self) -> Asker<'_> {
        Asker { actor: &self.actor, channel: Channel::Api, reason: self.reason.as_deref() }
    }
}

impl FromRequestParts<Door> for SignedIn {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Reply> {
        let reason = parts.headers.get(reading::REASON).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        let reason = reason.map(str::to_owned);
        Ok(Self { actor: signed_in(door, parts).await?, reason })
    }
}

/// Whose bearer token came along.
pub(crate) async fn signed_in(door: &Door, parts: &mut Parts) -> Result<Actor, Reply> {
    let Ok(knock) = Knock::from_request_parts(parts, door).await;
    let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).ok_or_else(not_signed_in)?;
    if !knock.may_try() {
        return Err(too_many_wrong_tokens());
    }
    match access_tokens::actor_of(&door.tokens, token).await {
        Ok(Some(actor)) => Ok(actor),
        Ok(None) if knock.wrong() => Err(too_many_wrong_tokens()),
        Ok(None) => Err(not_signed_in()),
        Err(error) => {
            tracing::error!(%error, "an access token could not be looked up");
            Err(Reply::busy())
        }
    }
}

fn not_signed_in() -> Reply {
    let message = "Send a valid access token in the header Authorization, as `Bearer <token>`.";
    Reply::malformed(Malformed::new("not_signed_in", message))
}

fn too_many_wrong_tokens() -> Reply {
    let message = "Too many wrong access tokens came from where you are; wait a second and send the right one.";
    Reply::malformed(Malformed::new("too_many_wrong_tokens", message))
}
