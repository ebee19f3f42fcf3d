//! "Why are you looking?", asked once per session.

use askama::Template;
use axum::{
    Form,
    extract::{FromRequestParts, Query, State},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::reading::{LONGEST_REASON, reason};
use serde::Deserialize;

use super::{START, looking};
use crate::web::{
    Web,
    components::{Errors, Link},
    cookies, mi,
    page::{Page, shown},
    problem::Problem,
    sessions,
    viewer::Visit,
};

#[derive(Template)]
#[template(path = "auditor/why.html")]
struct WhyPage {
    page: Page,
    trail: Vec<Link>,
    reason: String,
    return_to: String,
}

/// Where to go on afterwards.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default, rename = "return")]
    return_to: String,
}

/// What was said.
#[derive(Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    reason: String,
    #[serde(default, rename = "return")]
    return_to: String,
}

/// A visit by somebody who may be asked.
pub(super) struct Asked(Visit);

impl FromRequestParts<Web> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        Ok(Self(looking(parts, web).await?.0))
    }
}

/// Asks.
pub(super) async fn ask(
    State(web): State<Web>,
    Asked(visit): Asked,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let reason = match cookies::read(&headers, cookies::SESSION) {
        Some(number) => sessions::reason(web.pool(), &number).await?.unwrap_or_default(),
        None => String::new(),
    };
    shown(&page(visit.page(), reason, &back.return_to), &Errors::default())
}

/// Keeps what was said, and goes on.
pub(super) async fn said(
    State(web): State<Web>,
    Asked(visit): Asked,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let errors = match reason(Some(&said.reason)) {
        Ok(_) => Errors::default(),
        Err(refusal) if refusal.code == "reason_missing" => Errors::one("reason", "Enter why you are looking"),
        Err(_) => Errors::one("reason", format!("Why you are looking must be {LONGEST_REASON} characters or fewer")),
    };
    if !errors.is_empty() {
        let page = page(visit.page().with(errors.clone()), said.reason, &said.return_to);
        return shown(&page, &errors);
    }
    let number = cookies::read(&headers, cookies::SESSION).ok_or(Problem::NotSignedIn)?;
    sessions::keep_reason(web.pool(), &number, said.reason.trim()).await?;
    Ok(Redirect::to(here(&said.return_to)).into_response())
}

fn page(page: Page, reason: String, return_to: &str) -> WhyPage {
    let trail = vec![Link::new("", "Why are you looking?")];
    WhyPage { page, trail, reason, return_to: here(return_to).to_owned() }
}

/// Only ever a page of ours.
fn here(path: &str) -> &str {
    let begins =
        |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let ours = begins(START) || begins(mi::START);
    if ours && !path.contains(['\\', '\r', '\n']) { path } else { START }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_anywhere_else() {
        for elsewhere in ["https://example.com", "//example.com", "/auditor", "", "/audit/\\evil", "/support"] {
            assert_eq!(here(elsewhere), START, "{elsewhere}");
        }
        assert_eq!(here("/audit/events/7"), "/audit/events/7");
        assert_eq!(here("/audit?q=a"), "/audit?q=a");
        assert_eq!(here("/mi/measures/reports?by=week"), "/mi/measures/reports?by=week");
    }
}
