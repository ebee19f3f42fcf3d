//! Questions by path; `?wait_for=<position>` waits, bounded, until the views have come so far.

use axum::extract::{Path, Query, State, rejection::QueryRejection};
use events_schema::{
    envelope::Position,
    ids::{Cohort, Invalid, Parse, PartnershipId, TraineeId, Urn},
};
use serde::Deserialize;

use super::{Door, answers::SignedIn};
use crate::{
    decoder::Malformed,
    queries::{Answer, Question, no_position},
};

#[derive(Deserialize)]
pub(super) struct Wait {
    wait_for: Option<Position>,
    after: Option<i64>,
}

/// The query of the address, as far as it can be read.
type Waiting = Result<Query<Wait>, QueryRejection>;

/// `GET /trainees/{id}`
pub(super) async fn trainee(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Waiting) -> Answer {
    answer(&door, &actor, TraineeId::parse(&id).map(Question::Trainee), wait).await
}

/// `GET /partnerships/{id}`
pub(super) async fn partnership(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Waiting) -> Answer {
    answer(&door, &actor, PartnershipId::parse(&id).map(Question::Partnership), wait).await
}

/// `GET /schools/{urn}/partnerships/{cohort}`
pub(super) async fn school_partnership(
    door: State<Door>,
    actor: SignedIn,
    Path((urn, cohort)): Path<(String, String)>,
    wait: Waiting,
) -> Answer {
    let place = Urn::parse(&urn).and_then(|urn| Ok(Question::SchoolPartnership(urn, Cohort::parse(&cohort)?)));
    answer(&door, &actor, place, wait).await
}

/// `GET /trainees/{id}/hand-over`
pub(super) async fn hand_over(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Waiting) -> Answer {
    answer(&door, &actor, TraineeId::parse(&id).map(Question::HandOver), wait).await
}

/// `GET /support/pending-awards`
pub(super) async fn pending_awards(door: State<Door>, actor: SignedIn, wait: Waiting) -> Answer {
    let after = wait.as_ref().ok().and_then(|Query(wait)| wait.after).unwrap_or_default();
    answer(&door, &actor, Ok(Question::PendingAwards(after)), wait).await
}

/// `GET /support/trainee-tasks`
pub(super) async fn trainee_tasks(door: State<Door>, actor: SignedIn, wait: Waiting) -> Answer {
    let after = wait.as_ref().ok().and_then(|Query(wait)| wait.after).unwrap_or_default();
    answer(&door, &actor, Ok(Question::TraineeTasks(after)), wait).await
}

async fn answer(door: &Door, actor: &SignedIn, asked: Result<Question, Invalid>, wait: Waiting) -> Answer {
    let Ok(Query(wait)) = wait else { return Answer::refused(no_position()) };
    match asked {
        Ok(question) => door.queries.answer(&actor.0, &question, wait.wait_for).await,
        Err(invalid) => {
            Answer::refused(Malformed::new("invalid_value", format!("The path cannot be read: {invalid}.")))
        }
    }
}
