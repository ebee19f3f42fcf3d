//! The HTTP APIs for providers' own systems: lead providers confirm schools, training providers look after trainees.
//! Both hand the commands that every other door takes to the same gateway, and answer in the form of their API.

mod body;
mod incoming;
pub mod instants;
pub mod lead_provider;
pub(crate) mod log;
pub mod openapi;
mod query;
mod sending;
pub mod training_provider;

use axum::Router;

use crate::http::Door;

/// Every route of the APIs, and the document that describes them.
pub(crate) fn router() -> Router<Door> {
    Router::new()
        .merge(lead_provider::router())
        .merge(training_provider::router())
        .merge(log::router())
        .merge(openapi::router())
}
