//! Signing in with OpenID Connect, and signing out. The browser carries what it must bring back in a sealed cookie, so
//! that going to the provider changes nothing here.

mod claims;
mod provider;

use askama::Template;
use axum::http::HeaderMap;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{Parse, Ukprn, UserId},
};
use serde::{Deserialize, Serialize};

pub use claims::{Claims, Mapping, Organisation, ROLES};
pub(crate) use provider::Provider;
use provider::{Begun, Identity};

use super::{
    Web, cookies,
    csrf::Visitor,
    keys,
    page::{Page, shown},
    problem::{Problem, query_value},
    sessions, users,
    viewer::{Viewer, Visit},
};

/// Where the provider sends the browser back to.
pub(super) const CALLBACK: &str = "/sign-in/callback";
const PURPOSE: &str = "sign-in";
/// How long signing in may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Somebody whom the provider knows, and who that is here.
pub(super) struct SignedIn {
    pub(super) subject: String,
    pub(super) kind: ActorKind,
    pub(super) organisation_id: Option<String>,
    pub(super) organisation: String,
    pub(super) name: String,
    pub(super) email: String,
}

/// What a browser on its way to the provider keeps.
#[derive(Serialize, Deserialize)]
struct Pending {
    begun: Begun,
    return_to: String,
    until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default, rename = "return")]
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Returned {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    possible: bool,
    href: String,
}

#[derive(Deserialize)]
struct SignOut {}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(show))
        .route("/sign-in/begin", get(begin))
        .route(CALLBACK, get(finish))
        .route("/sign-out", post(sign_out))
}

async fn show(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let page = visit.page();
    let href = format!("/sign-in/begin?return={}", query_value(&own_path(asked.return_to.as_deref())));
    shown(&SignInPage { page, possible: web.provider().is_some(), href }, &super::components::Errors::default())
}

async fn begin(State(web): State<Web>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let provider = web.provider().ok_or(Problem::NotFound)?;
    let (address, begun) = provider.begin().await.map_err(|error| {
        tracing::error!(%error, "nobody can sign in");
        Problem::Unavailable
    })?;
    let return_to = own_path(asked.return_to.as_deref());
    let pending = Pending { begun, return_to, until: web.clock().now() + PATIENCE };
    let mut response = Redirect::to(&address).into_response();
    cookies::keep(response.headers_mut(), cookies::SIGN_IN, web.keys().seal(PURPOSE, &pending));
    Ok(response)
}

async fn finish(
    State(web): State<Web>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Problem> {
    let provider = web.provider().ok_or(Problem::NotFound)?;
    let sealed = cookies::read(&headers, cookies::SIGN_IN).ok_or(Problem::NotSignedIn)?;
    let pending: Pending = web.keys().open(PURPOSE, &sealed).ok_or(Problem::NotSignedIn)?;
    let code = returned.code.ok_or(Problem::NotSignedIn)?;
    let state = returned.state.ok_or(Problem::NotSignedIn)?;
    if !keys::same(&state, &pending.begun.state) || pending.until < web.clock().now() {
        return Err(Problem::NotSignedIn);
    }
    let identity = provider.identify(code, pending.begun).await.map_err(|error| {
        tracing::warn!(%error, "somebody was not signed in");
        Problem::NotSignedIn
    })?;
    let person = known_here(&web, provider, identity).await?;
    let before = cookies::read(&headers, cookies::SESSION);
    sign_in(&web, &person, before, &pending.return_to).await
}

/// A new session under a new number, whatever the browser brought along; forms made before are for nobody.
async fn sign_in(web: &Web, person: &SignedIn, before: Option<String>, return_to: &str) -> Result<Response, Problem> {
    let now = web.clock().now();
    if let Some(before) = before {
        sessions::end(web.pool(), &before).await?;
    }
    let user = users::keep(web.pool(), person, now).await?;
    let actor = actor(person, user).ok_or(Problem::NoRole)?;
    tracing::info!(%actor, %user, "signed in");
    let viewer = Viewer { actor, user, name: person.name.clone(), organisation: person.organisation.clone() };
    let number = sessions::begin(web.pool(), &viewer, now).await?;
    let mut response = Redirect::to(return_to).into_response();
    cookies::keep(response.headers_mut(), cookies::SESSION, number);
    cookies::drop_it(response.headers_mut(), cookies::SIGN_IN);
    Visitor::fresh().keep(response.headers_mut());
    Ok(response)
}

async fn sign_out(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(SignOut {}): Form<SignOut>,
) -> Result<Response, Problem> {
    if let Some(number) = cookies::read(&headers, cookies::SESSION) {
        sessions::end(web.pool(), &number).await?;
    }
    let mut response = Redirect::to("/").into_response();
    cookies::drop_it(response.headers_mut(), cookies::SESSION);
    Visitor::fresh().keep(response.headers_mut());
    Ok(response)
}

async fn known_here(web: &Web, provider: &Provider, identity: Identity) -> Result<SignedIn, Problem> {
    let mapping = &provider.config().mapping;
    let kind = identity.claims.kind(mapping).ok_or(Problem::NoRole)?;
    let email = identity.email.filter(|email| is_address(email)).ok_or(Problem::NoEmail)?;
    let organisation = identity.claims.organisation.unwrap_or_default();
    let organisation_id = match organisation.id_here(kind, mapping) {
        None if is_of_the_register(kind) => training_provider(web, organisation.ukprn.as_deref()).await?,
        told => told,
    };
    Ok(SignedIn {
        subject: identity.subject,
        kind,
        organisation_id,
        organisation: organisation.name,
        name: if identity.name.is_empty() { email.clone() } else { identity.name },
        email,
    })
}

fn is_address(email: &str) -> bool {
    email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

/// Providers and their partners stand in one register, each with its number.
fn is_of_the_register(kind: ActorKind) -> bool {
    let kinds = [ActorKind::TrainingProvider, ActorKind::TrainingProviderReader, ActorKind::TrainingPartner];
    kinds.contains(&kind)
}

async fn training_provider(web: &Web, ukprn: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(ukprn) = ukprn.and_then(|text| Ukprn::parse(text).ok()) else { return Ok(None) };
    // A provider that was set up a moment ago is one.
    web.caught_up().await?;
    Ok(web.views().training_provider_of(&ukprn).await?.map(|code| code.to_string()))
}

/// DfE's own people act each for themselves, all others for their organisation.
fn actor(person: &SignedIn, user: UserId) -> Option<Actor> {
    let id = match person.kind {
        ActorKind::Support | ActorKind::Analyst | ActorKind::Auditor => user.to_string(),
        _ => person.organisation_id.clone()?,
    };
    Actor::try_new(person.kind, &id).ok()
}

/// A path of this service to come back to; anything else could lead elsewhere.
fn own_path(asked: Option<&str>) -> String {
    let is_own = |path: &&str| {
        let second = path.as_bytes().get(1);
        path.starts_with('/')
            && !matches!(second, Some(b'/' | b'\\'))
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && path.len() <= 500
    };
    asked.filter(is_own).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        for path in ["/lead-provider", "/report-incorrect-partnership?partnership=1&x=2"] {
            assert_eq!(own_path(Some(path)), path);
        }
        for path in ["//evil.example", "/\\evil.example", "https://evil.example", "", "evil", "/\t/evil.example", "/é"]
        {
            assert_eq!(own_path(Some(path)), "/", "{path}");
        }
    }
}
