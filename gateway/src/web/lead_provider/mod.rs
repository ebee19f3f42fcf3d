//! The pages of lead providers: their schools by cohort, a school's partnership, another delivery partner, and schools
//! confirmed one at a time or by a file. Whatever belongs to another provider does not exist here.

mod change;
mod checking;
pub(super) mod confirming;
mod desk;
mod downloads;
mod one_school;
mod preview;
mod removing;
mod result;
mod school;
mod schools;
mod start;
mod upload;
mod uploads;

use axum::Router;
use events_schema::actor::ActorKind;

use super::Web;

/// For whom these pages are, where they begin, and what the link says.
pub(super) const STARTS: &[(ActorKind, &str, &str)] = &[(ActorKind::LeadProvider, schools::PATH, "Your schools")];

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .merge(schools::routes())
        .merge(downloads::routes())
        .merge(school::routes())
        .merge(change::routes())
        .merge(start::routes())
        .merge(one_school::routes())
        .merge(upload::routes())
        .merge(checking::routes())
        .merge(removing::routes())
        .merge(confirming::routes())
        .merge(result::routes())
}
