//! The status page: what the self-audit found, and the key and the checkpoint with which anybody can check it. For anybody,
//! and without a word about people.

use askama::Template;
use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

use super::{
    Web,
    components::Errors,
    page::{Page, shown},
    problem::Problem,
    times,
    viewer::Visit,
};
use crate::{
    fault::Fault,
    self_audit::{Looked, Standing},
};

#[derive(Template)]
#[template(path = "status/status.html")]
struct StatusPage {
    page: Page,
    summary: &'static str,
    rows: Vec<Row>,
    signed: Option<Signed>,
    attestation: Option<String>,
}

/// A check as a row of the table.
struct Row {
    title: &'static str,
    standing: &'static str,
    colour: &'static str,
    said: String,
    at: String,
}

/// What was signed last, and the public key.
#[derive(Serialize)]
struct Signed {
    verifier_key: String,
    checkpoint: Option<String>,
}

#[derive(Serialize)]
struct Status {
    standing: Standing,
    checks: Vec<Looked>,
    signed: Option<Signed>,
    attestation: Option<String>,
}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/status", get(show)).route("/status.json", get(json))
}

async fn show(State(web): State<Web>, visit: Visit) -> Result<Response, Problem> {
    let status = status(&web).await?;
    let page = StatusPage {
        page: visit.page(),
        summary: summary(status.standing),
        rows: status.checks.into_iter().map(Row::of).collect(),
        signed: status.signed,
        attestation: status.attestation,
    };
    shown(&page, &Errors::default())
}

async fn json(State(web): State<Web>) -> Result<Response, Problem> {
    let status = status(&web).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(status)).into_response())
}

async fn status(web: &Web) -> Result<Status, Problem> {
    let signed = match web.notary() {
        Some(notary) => Some(Signed {
            verifier_key: notary.verifier_key(),
            checkpoint: notary.last_signed().await.map_err(Problem::from)?,
        }),
        None => None,
    };
    let attestation = web.notary().map(|notary| notary.folder().last_attestation()).transpose();
    let attestation = attestation.map_err(|error| Problem::from(Fault::Refused(error.to_string())))?.flatten();
    Ok(Status { standing: web.board().standing(), checks: web.board().findings(), signed, attestation })
}

impl Row {
    fn of(looked: Looked) -> Self {
        let (standing, colour) = match looked.standing {
            Standing::Holds => ("Holds", "green"),
            Standing::Wrong => ("Wrong", "red"),
            Standing::Unknown => ("Not known", "yellow"),
        };
        Self { title: looked.title, standing, colour, said: looked.said, at: times::moment(looked.at) }
    }
}

fn summary(standing: Standing) -> &'static str {
    match standing {
        Standing::Holds => "The service checked its own log and everything that follows from it, and all of it holds.",
        Standing::Wrong => {
            "The service checked itself and found something that is not as it must be. Its operators have been told."
        }
        Standing::Unknown => {
            "Something was not checked yet: just after a start that takes some minutes; otherwise the list says what could not be."
        }
    }
}
