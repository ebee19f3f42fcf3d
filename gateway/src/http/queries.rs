//! Questions by path; `?wait_for=<position>` waits, bounded, until the views have come so far.

use axum::extract::{Path, Query, State};
use events_schema::{
    envelope::Position,
    ids::{Cohort, Invalid, Parse, PartnershipId, TraineeId, Urn},
};
use serde::Deserialize;

use super::{Door, answers::SignedIn};
use crate::{
    decoder::Malformed,
    queries::{Answer, Question},
};

#[derive(Deserialize)]
pub(super) struct Wait {
    wait_for: Option<Position>,
}

/// `GET /trainees/{id}`
pub(super) async fn trainee(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Query<Wait>) -> Answer {
    answer(&door, &actor, TraineeId::parse(&id).map(Question::Trainee), &wait).await
}

/// `GET /partnerships/{id}`
pub(super) async fn partnership(
    door: State<Door>,
    actor: SignedIn,
    Path(id): Path<String>,
    wait: Query<Wait>,
) -> Answer {
    answer(&door, &actor, PartnershipId::parse(&id).map(Question::Partnership), &wait).await
}

/// `GET /schools/{urn}/partnerships/{cohort}`
pub(super) async fn school_partnership(
    door: State<Door>,
    actor: SignedIn,
    Path((urn, cohort)): Path<(String, String)>,
    wait: Query<Wait>,
) -> Answer {
    let place = Urn::parse(&urn).and_then(|urn| Ok(Question::SchoolPartnership(urn, Cohort::parse(&cohort)?)));
    answer(&door, &actor, place, &wait).await
}

async fn answer(door: &Door, actor: &SignedIn, asked: Result<Question, Invalid>, wait: &Wait) -> Answer {
    match asked {
        Ok(question) => door.queries.answer(&actor.0, &question, wait.wait_for).await,
        Err(invalid) => {
            Answer::refused(Malformed::new("invalid_value", format!("The path cannot be read: {invalid}.")))
        }
    }
}
