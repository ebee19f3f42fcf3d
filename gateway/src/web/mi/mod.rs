//! The pages of management information: measures as tables and charts, what is behind each number, providers beside all

mod asked;
mod basis;
mod chart;
mod comparison;
mod download;
mod evidence;
mod filters;
mod measure;
mod narrowing;
mod providers;
mod question;
mod sheet;
mod signals;
mod themes;
mod trusts;
mod watcher;
mod wording;

pub(crate) use wording::key as words_of_key;

use axum::{Router, routing::get};
use events_schema::actor::ActorKind;

use super::{Web, components::Link};

/// Where the pages begin.
pub(super) const START: &str = "/mi";
const TITLE: &str = "Management information";

/// For whom, where, and what the link says.
pub(super) const STARTS: &[(ActorKind, &str, &str)] = &[
    (ActorKind::Support, START, TITLE),
    (ActorKind::Auditor, START, TITLE),
    (ActorKind::Analyst, START, TITLE),
    (ActorKind::LeadProvider, START, TITLE),
    (ActorKind::TrainingProvider, START, TITLE),
    (ActorKind::TrainingProviderReader, START, TITLE),
];

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(START, get(themes::show))
        .route("/mi/measures/{name}", get(measure::show))
        .route("/mi/measures/{name}/figures.csv", get(download::csv))
        .route("/mi/measures/{name}/figures.json", get(download::json))
        .route("/mi/measures/{name}/explain", get(evidence::show))
        .route("/mi/measures/{name}/compare", get(comparison::show))
        .route("/mi/lead-providers/{id}", get(providers::lead_provider))
        .route("/mi/delivery-partners/{id}", get(providers::delivery_partner))
        .route("/mi/training-providers/{code}", get(providers::training::show))
        .route("/mi/providers", get(providers::list))
        .route("/mi/trusts", get(trusts::show))
        .route("/mi/signals", get(signals::show))
        .route("/mi/signals/figures.csv", get(signals::figures))
}

/// The way back, and where this is.
fn trail(steps: &[Link], here: &str) -> Vec<Link> {
    let before = steps.iter().cloned();
    std::iter::once(Link::new(START, TITLE)).chain(before).chain([Link::new("", here)]).collect()
}
