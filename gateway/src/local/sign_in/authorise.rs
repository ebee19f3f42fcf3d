//! The page on which somebody chooses whom to be, and the way back to the service with a code.

use askama::Template;
use axum::{
    Form,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use openidconnect::url::Url;
use serde::Deserialize;

use super::{
    CLIENT, Desk, Grant,
    people::{self, Person},
};
use crate::web::sign_in::ROLES;

/// What the service asks with, as OpenID Connect has it.
#[derive(Debug, Default, PartialEq)]
struct Request {
    redirect: String,
    state: String,
    nonce: Option<String>,
    challenge: String,
}

#[derive(Template)]
#[template(path = "local/authorise.html")]
struct AuthorisePage {
    request: String,
    people: Vec<Person>,
    roles: Vec<&'static str>,
}

/// A choice: the request as it came, and the person.
#[derive(Deserialize)]
pub(super) struct Chosen {
    request: String,
    name: String,
    role: String,
    organisation: String,
    #[serde(default)]
    urn: String,
    #[serde(default)]
    ukprn: String,
}

/// Shows everybody.
pub(super) async fn choose(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    if let Err(complaint) = read(&query) {
        return (StatusCode::BAD_REQUEST, complaint).into_response();
    }
    let roles = ROLES.iter().map(|(code, _)| *code).collect();
    let page = AuthorisePage { request: query, people: people::all(), roles };
    Html(page.render().unwrap_or_default()).into_response()
}

/// Sends the browser back with a code.
pub(super) async fn chosen(State(desk): State<Desk>, Form(chosen): Form<Chosen>) -> Response {
    let request = match read(&chosen.request) {
        Ok(request) => request,
        Err(complaint) => return (StatusCode::BAD_REQUEST, complaint).into_response(),
    };
    let Chosen { name, role, organisation, urn, ukprn, .. } = chosen;
    let person = Person { name, role, organisation, urn, ukprn };
    let Request { redirect, state, nonce, challenge } = request;
    let Ok(mut back) = Url::parse(&redirect) else { return StatusCode::BAD_REQUEST.into_response() };
    let code = desk.grant(Grant { person, redirect, nonce, challenge });
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &state);
    Redirect::to(back.as_str()).into_response()
}

fn read(query: &str) -> Result<Request, &'static str> {
    let mut request = Request::default();
    let (mut client, mut method, mut kind) = (String::new(), String::new(), String::new());
    for (name, value) in openidconnect::url::form_urlencoded::parse(query.as_bytes()) {
        let value = value.into_owned();
        match name.as_ref() {
            "client_id" => client = value,
            "redirect_uri" => request.redirect = value,
            "state" => request.state = value,
            "nonce" => request.nonce = Some(value),
            "code_challenge" => request.challenge = value,
            "code_challenge_method" => method = value,
            "response_type" => kind = value,
            _ => {}
        }
    }
    if client != CLIENT || kind != "code" {
        return Err("This is not a request of the service that this provider knows.");
    }
    if method != "S256" || request.challenge.is_empty() {
        return Err("The request brings no code challenge (PKCE, S256).");
    }
    if !is_here(&request.redirect) {
        return Err("The request wants people sent away from this machine.");
    }
    Ok(request)
}

fn is_here(redirect: &str) -> bool {
    let host = Url::parse(redirect).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host == "localhost" || host == "127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_without_a_code_challenge_or_to_another_machine_is_refused() {
        let good = "client_id=training-ledger&response_type=code&state=s&code_challenge=c&code_challenge_method=S256\
                    &redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fsign-in%2Fcallback";
        assert_eq!(read(good).expect("good").redirect, "http://127.0.0.1:3000/sign-in/callback");
        for bad in ["", &good.replace("S256", "plain"), &good.replace("127.0.0.1", "evil.example")] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
