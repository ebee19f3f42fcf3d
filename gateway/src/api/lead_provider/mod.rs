//! The API of lead providers (DOMAIN 3.9), in JSON:API: their partnerships, the schools to recruit, their partners.

mod attributes;
pub mod delivery_partners;
mod parameters;
pub mod partnerships;
pub mod problem;
pub mod resources;
pub mod schools;

use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
    routing::get,
};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{LeadProviderId, Parse},
};
use serde::Serialize;

use self::problem::Problem;
use super::body::{body, unavailable_after};
use crate::{
    fault::Fault,
    http::{Door, answers::signed_in},
};

/// What every body is.
pub const MEDIA_TYPE: &str = "application/vnd.api+json";

/// The routes.
pub(crate) fn router() -> Router<Door> {
    Router::new()
        .route("/api/v3/partnerships/ecf", get(partnerships::list).post(partnerships::confirm))
        .route("/api/v3/partnerships/ecf/{id}", get(partnerships::show).put(partnerships::change))
        .route("/api/v3/schools/ecf", get(schools::list))
        .route("/api/v3/schools/ecf/{id}", get(schools::show))
        .route("/api/v3/delivery-partners", get(delivery_partners::list))
        .route("/api/v3/delivery-partners/{id}", get(delivery_partners::show))
}

/// The lead provider that calls, by its bearer token.
pub struct Caller {
    id: LeadProviderId,
    actor: Actor,
}

impl FromRequestParts<Door> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let actor = signed_in(door, parts).await.map_err(|reply| Problem::of(reply.outcome))?;
        match (actor.kind, LeadProviderId::parse(&actor.id)) {
            (ActorKind::LeadProvider, Ok(id)) => Ok(Self { id, actor }),
            _ => Err(Problem::of_another_kind()),
        }
    }
}

/// A body of this API.
pub struct Shown<T>(T);

impl<T: Serialize> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        body(&self.0, MEDIA_TYPE)
    }
}

unavailable_after!(Problem: Fault, event_store::Fault, projections::ViewFault);
