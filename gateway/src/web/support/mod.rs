//! The pages of DfE support: the queue of cases, schools and partnerships with their history, breaking a partnership,
//! and the lists of what else waits for somebody. Nobody else sees that they exist.

mod breaking;
mod case;
mod erasing;
mod notices;
mod partnership;
mod queue;
mod school;
mod search;
mod trainees;
mod wording;

use axum::{Router, extract::FromRequestParts, http::request::Parts, routing::get};
use events_schema::actor::ActorKind;

use super::{
    Web,
    components::Link,
    page::Page,
    problem::Problem,
    viewer::{Viewer, Visit},
};

/// Where the pages begin.
pub(super) const START: &str = "/support";

/// The longest text that support writes about what it does, in characters.
const LONGEST_TEXT: usize = 2_000;

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(START, get(queue::show))
        .route("/support/cases/{id}", get(case::show).post(case::resolve))
        .route("/support/search", get(search::show))
        .route("/support/schools/{urn}", get(school::show))
        .route("/support/partnerships/{id}", get(partnership::show))
        .route("/support/partnerships/{id}/break", get(breaking::ask).post(breaking::asked))
        .route("/support/partnerships/{id}/break/check", get(breaking::check).post(breaking::done))
        .route("/support/no-contact", get(notices::no_contact))
        .route("/support/never-delivered", get(notices::never_delivered))
        .route("/support/awards", get(trainees::pending_awards))
        .route("/support/tasks", get(trainees::tasks))
        .route("/support/erase", get(erasing::ask).post(erasing::asked))
        .route("/support/erase/check", get(erasing::check).post(erasing::done))
        .route("/support/erase/erased", get(erasing::erased))
}

/// A visit by somebody of DfE support. Whoever is signed in otherwise finds nothing here.
pub(super) struct Desk {
    visit: Visit,
    viewer: Viewer,
}

impl Desk {
    fn page(&self) -> Page {
        self.visit.page()
    }
}

impl FromRequestParts<Web> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let viewer = visit.signed_in()?.clone();
        if viewer.is(ActorKind::Support) { Ok(Self { visit, viewer }) } else { Err(Problem::NotFound) }
    }
}

/// The way back to the queue, and where this is.
fn trail(steps: &[(&str, &str)], here: &str) -> Vec<Link> {
    let before = steps.iter().map(|(href, text)| Link::new(*href, *text));
    std::iter::once(Link::new(START, "Support")).chain(before).chain([Link::new("", here)]).collect()
}
