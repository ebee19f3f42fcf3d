//! Pages of training providers (DOMAIN 4): the list, a trainee's details and history, the journeys to each command, and
//! recommending with a file. Support sees everybody's, and takes back what only support may.

mod answers;
mod bulk;
mod details;
mod dossier;
mod journey;
mod list;
mod pause;
mod recommend;
mod recommended;
mod register;
mod said;
mod steps;
mod submit;
mod taking_back;
mod timeline;
mod who;
mod withdraw;

use axum::{Router, routing::get};
use events_schema::actor::ActorKind;

use self::journey::Journey;
use super::Web;

/// Where the list is; a record is one step behind it.
pub(super) const LIST: &str = "/training-provider/trainees";

/// Where recommending with a file begins.
pub(super) const BULK: &str = "/training-provider/bulk-recommend";

/// Where whoever these pages are for begins.
pub(super) const STARTS: &[(ActorKind, &str, &str)] = &[
    (ActorKind::TrainingProvider, LIST, "Trainees"),
    (ActorKind::TrainingProvider, BULK, "Recommend in bulk"),
    (ActorKind::TrainingProviderReader, LIST, "Trainees"),
    (ActorKind::TrainingPartner, LIST, "Trainees"),
    (ActorKind::Support, LIST, "Trainees"),
];

/// Every journey through a record.
const JOURNEYS: &[Journey] = &[
    recommend::JOURNEY,
    pause::DEFER,
    pause::REINSTATE,
    pause::EXTEND,
    pause::DEFERRAL_DATE,
    withdraw::JOURNEY,
    taking_back::UNDO_WITHDRAWAL,
    taking_back::RESCIND,
    submit::JOURNEY,
];

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(list::list))
        .route(&format!("{LIST}/new"), get(register::new).post(register::register))
        .route(&format!("{LIST}/{{id}}"), get(details::details))
        .route(&format!("{LIST}/{{id}}/edit"), get(register::edit).post(register::amend))
        .route(&format!("{LIST}/{{id}}/timeline"), get(timeline::timeline))
        .route(&format!("{LIST}/{{id}}/recommended"), get(recommended::recommended))
        .merge(steps::routes())
        .merge(bulk::routes())
}
