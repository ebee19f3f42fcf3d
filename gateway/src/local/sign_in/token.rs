//! A code becomes a token, once, for the service that asked, with the verifier of its challenge.

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::Utc;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::json;

use super::{CLIENT, Desk, Grant, fresh_secret};

/// How long a token is good, in seconds.
const GOOD_FOR: i64 = 300;

/// What the service sends.
#[derive(Deserialize)]
pub(super) struct Exchange {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

/// Answers with a token, or as RFC 6749 says no.
pub(super) async fn exchange(State(desk): State<Desk>, headers: HeaderMap, Form(asked): Form<Exchange>) -> Response {
    if !is_the_service(&headers, &desk.0.secret) {
        return no(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let Some(grant) = desk.redeem(&asked.code).filter(|grant| fits(grant, &asked)) else {
        return no(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let now = Utc::now().timestamp();
    let mut claims = grant.person.claims();
    claims["iss"] = desk.0.issuer.clone().into();
    claims["aud"] = CLIENT.into();
    claims["iat"] = now.into();
    claims["exp"] = (now + GOOD_FOR).into();
    claims["nonce"] = grant.nonce.into();
    let token = desk.signed(&claims);
    let access = fresh_secret();
    Json(json!({ "access_token": access, "token_type": "Bearer", "expires_in": GOOD_FOR, "id_token": token }))
        .into_response()
}

fn fits(grant: &Grant, asked: &Exchange) -> bool {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, asked.code_verifier.as_bytes()));
    asked.grant_type == "authorization_code" && asked.redirect_uri == grant.redirect && challenge == grant.challenge
}

fn is_the_service(headers: &HeaderMap, secret: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
    headers.get(AUTHORIZATION).is_some_and(|given| given.as_bytes() == expected.as_bytes())
}

fn no(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
