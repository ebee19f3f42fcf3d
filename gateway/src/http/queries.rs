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
pub(crate) struct Wait {
    wait_for: Option<Position>,
    after: Option<i64>,
}

/// The query of the address, as far as it can be read.
type Waiting = Result<Query<Wait>, QueryRejection>;

/// A trainee's record, without what is personal.
#[utoipa::path(get, path = "/trainees/{id}", tag = "Questions", operation_id = "ask_trainee",
    params(("id" = uuid::Uuid, Path, description = "Its id."),
        ("wait_for" = Option<i64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "A position from a receipt: wait, at most five seconds, until the views have come so far.")),
    responses((status = 200, description = "The record.", body = Object)), security(("actor" = [])))]
pub(crate) async fn trainee(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Waiting) -> Answer {
    answer(&door, &actor, TraineeId::parse(&id).map(Question::Trainee), wait).await
}

/// A partnership, with its state as of now.
#[utoipa::path(get, path = "/partnerships/{id}", tag = "Questions", operation_id = "ask_partnership",
    params(("id" = uuid::Uuid, Path, description = "Its id."),
        ("wait_for" = Option<i64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "A position from a receipt: wait, at most five seconds, until the views have come so far.")),
    responses((status = 200, description = "The partnership.", body = Object)), security(("actor" = [])))]
pub(crate) async fn partnership(door: State<Door>, actor: SignedIn, Path(id): Path<String>, wait: Waiting) -> Answer {
    answer(&door, &actor, PartnershipId::parse(&id).map(Question::Partnership), wait).await
}

/// A school's latest partnership in a cohort, the earlier ones inside.
#[utoipa::path(get, path = "/schools/{urn}/partnerships/{cohort}", tag = "Questions", operation_id = "ask_school_partnership",
    params(("urn" = String, Path, pattern = "^[1-9][0-9]{0,8}$", description = "The school."),
        ("cohort" = String, Path, pattern = "^20[2-9][0-9]$", description = "The start year."),
        ("wait_for" = Option<i64>, Query, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "A position from a receipt: wait, at most five seconds, until the views have come so far.")),
    responses((status = 200, description = "The partnerships.", body = Object)), security(("actor" = [])))]
pub(crate) async fn school_partnership(
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

/// `GET /pending-awards`
pub(super) async fn pending_awards(door: State<Door>, actor: SignedIn, wait: Waiting) -> Answer {
    let after = wait.as_ref().ok().and_then(|Query(wait)| wait.after).unwrap_or_default();
    answer(&door, &actor, Ok(Question::PendingAwards(after)), wait).await
}

/// `GET /trainee-tasks`
pub(super) async fn trainee_tasks(door: State<Door>, actor: SignedIn, wait: Waiting) -> Answer {
    let after = wait.as_ref().ok().and_then(|Query(wait)| wait.after).unwrap_or_default();
    answer(&door, &actor, Ok(Question::TraineeTasks(after)), wait).await
}

async fn answer(door: &Door, actor: &SignedIn, asked: Result<Question, Invalid>, wait: Waiting) -> Answer {
    let Ok(Query(wait)) = wait else { return Answer::refused(no_position()) };
    match asked {
        Ok(question) => door.queries.answer(actor.asks(), &question, wait.wait_for).await,
        Err(invalid) => {
            Answer::refused(Malformed::new("invalid_value", format!("The path cannot be read: {invalid}.")))
        }
    }
}
