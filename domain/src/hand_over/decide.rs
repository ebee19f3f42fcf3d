//! What a hand-over answers, one function per command.

use events_schema::{
    actor::ActorKind,
    codes::{RecordAnswer, RecordStatus, TraineeState},
    events::hand_over::{
        HandOverDropped, HandOverDue, HandOverEvent, RecordContent, TeachingRecordAnswered, TeachingRecordTold,
    },
};

use super::{
    HandOver, HandOverTrainee, RecordTeachingRecordAnswer, TellTeachingRecord, rejections as refused, state::Due,
};
use crate::{
    facts::HandOverFacts,
    policies::teaching_record::{FIRST_PAUSE, content_of, is_final, pause_after},
    rejection::Rejection,
    trainee::rejections::unknown_trainee,
};

type Decision = Result<Vec<HandOverEvent>, Rejection>;

/// How the trainee stands now, if that is news. After an award nothing is told until it is taken back, and what is
/// taken back is never told by itself.
pub(super) fn hand_over(state: &HandOver, command: &HandOverTrainee, facts: &HandOverFacts) -> Decision {
    let standing = facts.trainee.ok_or_else(unknown_trainee)?;
    let Some(content) = content_of(&standing) else { return Ok(vec![]) };
    let expected = state.expected();
    if expected.is_some_and(|it| it.status == RecordStatus::Holds && content.status != RecordStatus::Holds) {
        return Ok(taken_back(state, command, content, facts));
    }
    if standing.state == TraineeState::Awarded {
        return Ok(held_already(state, command, content));
    }
    let again = state.refused.is_some() && facts.circumstances.actor.kind == ActorKind::Support;
    if is_news(expected, content) || again { Ok(vec![due(state, command, content, facts)]) } else { Ok(vec![]) }
}

/// The award came before the record was told of it, by hand or before there were hand-overs: nothing is to be told.
fn held_already(state: &HandOver, command: &HandOverTrainee, content: RecordContent) -> Vec<HandOverEvent> {
    let settled = state.due.is_none() && state.refused.is_none();
    let dropped = HandOverDropped { trainee_id: command.trainee_id, number: state.number, told_before: false, content };
    if settled { vec![] } else { vec![dropped.into()] }
}

fn is_news(expected: Option<RecordContent>, content: RecordContent) -> bool {
    expected.is_none_or(|it| it != content && !(it.status == content.status && is_final(it.status)))
}

/// A recommendation that the record cannot know of yet is as if it had never been; one that it may know of is corrected
/// by a person.
fn taken_back(
    state: &HandOver,
    command: &HandOverTrainee,
    content: RecordContent,
    facts: &HandOverFacts,
) -> Vec<HandOverEvent> {
    let told_before = state.may_know_of_award();
    let dropped = HandOverDropped { trainee_id: command.trainee_id, number: state.number, told_before, content };
    let mut events = vec![dropped.into()];
    if !told_before && is_news(state.has, content) {
        events.push(due(state, command, content, facts));
    }
    events
}

/// The first status waits a minute: whoever has just got a TRN may not be known everywhere yet.
fn due(state: &HandOver, command: &HandOverTrainee, content: RecordContent, facts: &HandOverFacts) -> HandOverEvent {
    let now = facts.circumstances.received_at;
    let not_before = if state.number == 0 { now + FIRST_PAUSE } else { now };
    HandOverDue { trainee_id: command.trainee_id, number: state.number + 1, content, not_before }.into()
}

/// An attempt, if what is due is still so and its time has come. An attempt without an answer is taken up again.
pub(super) fn tell(state: &HandOver, command: &TellTeachingRecord, facts: &HandOverFacts) -> Decision {
    let due = state.due.as_ref().filter(|_| state.number == command.number).ok_or_else(refused::hand_over_not_due)?;
    still_true(due, facts)?;
    if state.told.as_ref().is_some_and(|told| told.number == command.number) {
        return Ok(vec![]);
    }
    let told = TeachingRecordTold {
        trainee_id: command.trainee_id,
        number: command.number,
        attempt: due.attempts + 1,
        content: due.content,
    };
    Ok(vec![told.into()])
}

/// What was due is how the trainee stands: a rescission may have come in between.
fn still_true(due: &Due, facts: &HandOverFacts) -> Result<(), Rejection> {
    let standing = facts.trainee.ok_or_else(unknown_trainee)?;
    let stands = content_of(&standing).is_some_and(|content| content.status == due.content.status);
    let now = facts.circumstances.received_at;
    if stands && due.not_before <= now { Ok(()) } else { Err(refused::hand_over_not_due()) }
}

/// The answer to the attempt that is under way; to any other there is nothing to add.
pub(super) fn answered(
    state: &HandOver,
    command: &RecordTeachingRecordAnswer,
    facts: &HandOverFacts,
) -> Vec<HandOverEvent> {
    let Some(told) = state.told.as_ref().filter(|told| told.number == command.number) else { return vec![] };
    let again = command.answer == RecordAnswer::Unanswered;
    let again_at = again.then(|| facts.circumstances.received_at + pause_after(told.attempt));
    let answered = TeachingRecordAnswered {
        trainee_id: command.trainee_id,
        number: told.number,
        attempt: told.attempt,
        content: told.content,
        answer: command.answer,
        code: command.code,
        again_at,
    };
    vec![answered.into()]
}
