//! The pages of auditors, and of analysts as far as nothing personal is on them: search, and traces of partnerships,
//! trainees, commands, users, streams and what followed from one cause. Nothing is shown that is not on record as read.

mod event;
mod found;
mod list;
mod listed;
mod people;
mod readings;
mod search;
mod streams;
mod traces;
mod users;
mod why;

use askama::Template;
use axum::{
    Router,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use event_store::Log;
use events_schema::{actor::ActorKind, envelope::Channel};

use super::{
    Web,
    components::{Errors, Link},
    cookies,
    page::{Page, shown},
    problem::{Problem, query_value},
    sessions,
    viewer::{Viewer, Visit},
};
use crate::{
    reading::{self, OnRecord, Reader, Reading},
    trace::Archive,
    users::Users,
};

/// Where the pages begin.
const START: &str = "/audit";

/// For whom, where, and what the link says.
pub(super) const STARTS: &[(ActorKind, &str, &str)] =
    &[(ActorKind::Auditor, START, "Audit"), (ActorKind::Analyst, START, "Records")];

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(START, get(search::show))
        .route("/audit/why", get(why::ask).post(why::said))
        .route("/audit/schools/{urn}", get(list::of_school))
        .route("/audit/providers/{id}", get(list::of_provider))
        .route("/audit/partnerships/{id}", get(traces::partnership))
        .route("/audit/trainees/{id}", get(traces::trainee))
        .route("/audit/commands/{id}", get(traces::command))
        .route("/audit/correlations/{id}", get(traces::correlation))
        .route("/audit/events/{position}", get(event::show))
        .route("/audit/streams/{stream}", get(streams::show))
        .route("/audit/users/{id}", get(users::show))
        .route("/audit/readings", get(readings::show))
}

/// The pages of training providers put nothing on record: whoever must be on record reads trainees here instead.
pub(super) async fn on_record_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/training-provider") && is_audited(&web, request.headers()).await {
        return Redirect::to(START).into_response();
    }
    next.run(request).await
}

async fn is_audited(web: &Web, headers: &HeaderMap) -> bool {
    let Some(number) = cookies::read(headers, cookies::SESSION) else { return false };
    let found = sessions::find(web.pool(), &number, web.clock().now()).await;
    found.is_ok_and(|viewer| viewer.is_some_and(|viewer| reading::is_audited(viewer.kind())))
}

/// A visit by an auditor or an analyst who has said why. Whoever is signed in otherwise finds nothing here.
pub(super) struct Seat {
    visit: Visit,
    viewer: Viewer,
    reader: Reader,
}

/// Why somebody is not given a seat.
pub(super) enum Away {
    /// There is none for them, or something went wrong.
    Problem(Problem),
    /// They have not said why they look; they come back to this path then.
    Unsaid(String),
}

impl Seat {
    fn page(&self) -> Page {
        self.visit.page()
    }

    /// Auditors see what is personal where its key lives; analysts never do.
    fn may_open(&self) -> bool {
        self.viewer.is(ActorKind::Auditor)
    }

    /// What this reader's traces are gathered from.
    fn archive(&self, web: &Web) -> Archive {
        if self.may_open() {
            let users = Users::new(web.pool().clone());
            return Archive::new(web.log().clone()).pointed_by(web.views().clone()).naming(users);
        }
        Archive::new(Log::new(web.pool().clone(), None)).pointed_by(web.views().clone())
    }

    /// Puts on record what is about to be shown.
    async fn record(&self, web: &Web, reading: Reading) -> Result<OnRecord, Problem> {
        Ok(web.gateway().record_reading(&self.reader, reading).await?)
    }
}

impl FromRequestParts<Web> for Seat {
    type Rejection = Away;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Away> {
        let (visit, viewer) = looking(parts, web).await?;
        let reason = match cookies::read(&parts.headers, cookies::SESSION) {
            Some(number) => sessions::reason(web.pool(), &number).await.map_err(Problem::from)?,
            None => None,
        };
        match Reader::new(viewer.actor.clone(), Channel::Screen, reason.as_deref()) {
            Ok(reader) => Ok(Self { reader: reader.signed_in(viewer.user), visit, viewer }),
            Err(_unsaid) => Err(Away::Unsaid(parts.uri.to_string())),
        }
    }
}

/// An auditor or an analyst, whether or not a reason was said.
async fn looking(parts: &mut Parts, web: &Web) -> Result<(Visit, Viewer), Problem> {
    let visit = Visit::from_request_parts(parts, web).await?;
    let viewer = visit.signed_in()?.clone();
    let looks = viewer.is(ActorKind::Auditor) || viewer.is(ActorKind::Analyst);
    if looks { Ok((visit, viewer)) } else { Err(Problem::NotFound) }
}

impl From<Problem> for Away {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Away {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Unsaid(path) => Redirect::to(&format!("/audit/why?return={}", query_value(&path))).into_response(),
        }
    }
}

/// The way back to the search, and where this is.
fn trail(here: &str) -> Vec<Link> {
    vec![Link::new(START, "Audit"), Link::new("", here)]
}

fn plainly<T: Template>(page: &T) -> Result<Response, Problem> {
    shown(page, &Errors::default())
}

/// What every page says of its own reading.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) position: i64,
    pub(super) digest: String,
}

impl From<OnRecord> for Kept {
    fn from(it: OnRecord) -> Self {
        Self { id: it.reading_id.to_string(), position: it.position, digest: it.digest.to_string() }
    }
}
