//! The API of training providers (DOMAIN 4.5 to 4.10): their trainees, and every command that a provider may send.

pub mod commands;
mod details;
pub mod problem;
pub mod resource;
pub mod trainees;

use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{Parse, TrainingProviderCode},
};
use serde::Serialize;

use self::problem::Problem;
use super::body::{body, unavailable_after};
use crate::{
    fault::Fault,
    http::{Door, answers::signed_in},
};

/// The routes.
pub(crate) fn router() -> Router<Door> {
    Router::new()
        .route("/api/v2026.1/trainees", get(trainees::list).post(commands::register))
        .route("/api/v2026.1/trainees/{id}", get(trainees::show).patch(commands::amend))
        .route("/api/v2026.1/trainees/{id}/submit-for-trn", post(commands::submit_for_trn))
        .route("/api/v2026.1/trainees/{id}/recommend-for-qts", post(commands::recommend_for_qts))
        .route("/api/v2026.1/trainees/{id}/defer", post(commands::defer))
        .route("/api/v2026.1/trainees/{id}/reinstate", post(commands::reinstate))
        .route("/api/v2026.1/trainees/{id}/extend", post(commands::extend))
        .route("/api/v2026.1/trainees/{id}/withdraw", post(commands::withdraw))
}

/// The training provider that calls, by its bearer token; perhaps one of its readers.
pub struct Caller {
    provider: TrainingProviderCode,
    actor: Actor,
}

impl FromRequestParts<Door> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let actor = signed_in(door, parts).await.map_err(|reply| Problem::of(reply.outcome))?;
        match (actor.kind, TrainingProviderCode::parse(&actor.id)) {
            (ActorKind::TrainingProvider | ActorKind::TrainingProviderReader, Ok(provider)) => {
                Ok(Self { provider, actor })
            }
            _ => Err(Problem::of_another_kind()),
        }
    }
}

/// A body of this API.
pub struct Shown<T>(T);

impl<T: Serialize> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        body(&self.0, "application/json")
    }
}

unavailable_after!(Problem: Fault, event_store::Fault, projections::ViewFault);
