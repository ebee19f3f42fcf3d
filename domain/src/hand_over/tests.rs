//! What a hand-over does, told in sentences.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events_schema::{
    codes::{RecordAnswer, RecordStatus, Route, TraineeState},
    events::hand_over::{
        HandOverDropped, HandOverDue, HandOverEvent, RecordContent, TeachingRecordAnswered, TeachingRecordTold,
    },
    ids::TraineeId,
};

use super::{HandOver, HandOverTrainee, RecordTeachingRecordAnswer, TellTeachingRecord};
use crate::{
    policies::teaching_record::Standing,
    spec::{self, Given, at},
};

const TRAINEE: TraineeId = TraineeId(uuid::Uuid::from_u128(7));
const SUPPORT: &str = "support_desk-1";

fn now() -> DateTime<Utc> {
    at("2025-10-15T09:00:00Z")
}

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2025, 10, day)
}

fn standing(state: TraineeState) -> Standing {
    let route = Route::ProviderLedPostgrad;
    Standing { state, route, trn_held: true, outcome_date: day(1), training_end: day(31) }
}

fn content(status: RecordStatus) -> RecordContent {
    let holds_from = day(1).filter(|_| status == RecordStatus::Holds);
    RecordContent { status, holds_from, training_end: day(31) }
}

fn due(number: u32, status: RecordStatus) -> HandOverEvent {
    let not_before = if number == 1 { now() + TimeDelta::minutes(1) } else { now() };
    HandOverDue { trainee_id: TRAINEE, number, content: content(status), not_before }.into()
}

fn told(number: u32, attempt: u32, status: RecordStatus) -> HandOverEvent {
    TeachingRecordTold { trainee_id: TRAINEE, number, attempt, content: content(status) }.into()
}

fn answered(number: u32, attempt: u32, (status, answer): (RecordStatus, RecordAnswer)) -> HandOverEvent {
    let again_at = (answer == RecordAnswer::Unanswered).then(|| now() + TimeDelta::minutes(1));
    let content = content(status);
    TeachingRecordAnswered { trainee_id: TRAINEE, number, attempt, content, answer, code: None, again_at }.into()
}

/// Due, told and accepted at the first attempt.
fn taken(number: u32, status: RecordStatus) -> Vec<HandOverEvent> {
    vec![due(number, status), told(number, 1, status), answered(number, 1, (status, RecordAnswer::Accepted))]
}

fn given(history: Vec<HandOverEvent>, state: TraineeState) -> Given<HandOver> {
    spec::given(history).knowing(|facts: &mut crate::facts::HandOverFacts| facts.trainee = Some(standing(state)))
}

fn hand_over() -> HandOverTrainee {
    HandOverTrainee { trainee_id: TRAINEE }
}

fn tell(number: u32) -> TellTeachingRecord {
    TellTeachingRecord { trainee_id: TRAINEE, number }
}

fn answer(number: u32, answer: RecordAnswer) -> RecordTeachingRecordAnswer {
    RecordTeachingRecordAnswer { trainee_id: TRAINEE, number, answer, code: None }
}

#[test]
fn the_first_status_is_due_a_minute_later_and_only_once() {
    given(vec![], TraineeState::TrnReceived).when(hand_over()).then([due(1, RecordStatus::InTraining)]);
    given(taken(1, RecordStatus::InTraining), TraineeState::TrnReceived).when(hand_over()).then_nothing();
}

#[test]
fn nobody_is_told_of_without_a_trn_or_before_they_are_submitted() {
    let without = |facts: &mut crate::facts::HandOverFacts| {
        facts.trainee = Some(Standing { trn_held: false, ..standing(TraineeState::Deferred) });
    };
    given(vec![], TraineeState::Draft).when(hand_over()).then_nothing();
    given(vec![], TraineeState::Deferred).knowing(without).when(hand_over()).then_nothing();
    spec::given::<HandOver>([]).when(hand_over()).rejected("unknown_trainee");
}

#[test]
fn what_is_news_is_due_at_once_and_overtakes_what_was_still_to_be_told() {
    let history = taken(1, RecordStatus::InTraining);
    given(history.clone(), TraineeState::Deferred).when(hand_over()).then([due(2, RecordStatus::Deferred)]);
    let unsaid = [history, vec![due(2, RecordStatus::Deferred)]].concat();
    given(unsaid, TraineeState::Withdrawn).when(hand_over()).then([due(3, RecordStatus::Withdrawn)]);
}

#[test]
fn after_a_withdrawal_or_an_award_nothing_more_is_told_but_what_an_undo_leads_to() {
    let later_end = |facts: &mut crate::facts::HandOverFacts| {
        facts.trainee = facts.trainee.map(|it| Standing { training_end: day(30), ..it });
    };
    for (status, state) in
        [(RecordStatus::Withdrawn, TraineeState::Withdrawn), (RecordStatus::Holds, TraineeState::Awarded)]
    {
        given(taken(1, status), state).knowing(later_end).when(hand_over()).then_nothing();
    }
    let withdrawn = taken(1, RecordStatus::Withdrawn);
    given(withdrawn, TraineeState::Deferred).when(hand_over()).then([due(2, RecordStatus::Deferred)]);
}

#[test]
fn a_rescinded_award_is_left_to_a_person_and_a_new_one_is_told_again() {
    let history = taken(1, RecordStatus::Holds);
    let content = content(RecordStatus::InTraining);
    let dropped = HandOverDropped { trainee_id: TRAINEE, number: 1, told_before: true, content };
    given(history.clone(), TraineeState::TrnReceived).when(hand_over()).then([dropped.clone().into()]);
    let after = [history, vec![dropped.into()]].concat();
    given(after, TraineeState::RecommendedForAward).when(hand_over()).then([due(2, RecordStatus::Holds)]);
}

#[test]
fn a_recommendation_rescinded_before_anybody_was_told_leaves_the_record_as_it_is() {
    let history = [taken(1, RecordStatus::InTraining), vec![due(2, RecordStatus::Holds)]].concat();
    let content = content(RecordStatus::InTraining);
    let dropped = HandOverDropped { trainee_id: TRAINEE, number: 2, told_before: false, content };
    given(history, TraineeState::TrnReceived).when(hand_over()).then([dropped.into()]);
}

#[test]
fn an_award_that_was_recorded_otherwise_leaves_nothing_to_tell() {
    let content = content(RecordStatus::Holds);
    let dropped = HandOverDropped { trainee_id: TRAINEE, number: 1, told_before: false, content };
    given(vec![due(1, RecordStatus::Holds)], TraineeState::Awarded).when(hand_over()).then([dropped.into()]);
    given(taken(1, RecordStatus::Holds), TraineeState::Awarded).when(hand_over()).then_nothing();
    given(vec![], TraineeState::Awarded).when(hand_over()).then_nothing();
}

#[test]
fn an_attempt_begins_when_its_time_has_come_and_is_taken_up_again_after_a_crash() {
    let history = vec![due(1, RecordStatus::InTraining)];
    given(history.clone(), TraineeState::TrnReceived).when(tell(1)).rejected("hand_over_not_due");
    given(history.clone(), TraineeState::TrnReceived).received_at("2025-10-15T09:01:00Z").when(tell(1)).then([told(
        1,
        1,
        RecordStatus::InTraining,
    )]);
    let begun = [history, vec![told(1, 1, RecordStatus::InTraining)]].concat();
    given(begun, TraineeState::TrnReceived).received_at("2025-10-15T09:01:00Z").when(tell(1)).then_nothing();
}

#[test]
fn nothing_is_told_that_is_not_true_any_more() {
    let history = [taken(1, RecordStatus::InTraining), vec![due(2, RecordStatus::Holds)]].concat();
    given(history.clone(), TraineeState::TrnReceived).when(tell(2)).rejected("hand_over_not_due");
    given(history, TraineeState::RecommendedForAward).when(tell(1)).rejected("hand_over_not_due");
}

#[test]
fn a_repeated_answer_changes_nothing() {
    let begun = vec![due(2, RecordStatus::Holds), told(2, 1, RecordStatus::Holds)];
    for kind in [RecordAnswer::Accepted, RecordAnswer::AlreadyHolds, RecordAnswer::Refused, RecordAnswer::Unanswered] {
        given(begun.clone(), TraineeState::RecommendedForAward).when(answer(2, kind)).then([answered(
            2,
            1,
            (RecordStatus::Holds, kind),
        )]);
    }
    given(taken(2, RecordStatus::Holds), TraineeState::Awarded).when(answer(2, RecordAnswer::Accepted)).then_nothing();
}

#[test]
fn what_was_not_answered_is_told_again_after_a_pause() {
    let lost = answered(2, 1, (RecordStatus::Holds, RecordAnswer::Unanswered));
    let history = vec![due(2, RecordStatus::Holds), told(2, 1, RecordStatus::Holds), lost];
    given(history.clone(), TraineeState::RecommendedForAward).when(tell(2)).rejected("hand_over_not_due");
    given(history, TraineeState::RecommendedForAward).received_at("2025-10-15T09:01:00Z").when(tell(2)).then([told(
        2,
        2,
        RecordStatus::Holds,
    )]);
}

#[test]
fn what_was_refused_waits_for_support() {
    let refused = answered(1, 1, (RecordStatus::InTraining, RecordAnswer::Refused));
    let history = vec![due(1, RecordStatus::InTraining), told(1, 1, RecordStatus::InTraining), refused];
    given(history.clone(), TraineeState::TrnReceived).when(hand_over()).then_nothing();
    given(history.clone(), TraineeState::TrnReceived)
        .by(SUPPORT)
        .when(hand_over())
        .then([due(2, RecordStatus::InTraining)]);
    given(history, TraineeState::Deferred).when(hand_over()).then([due(2, RecordStatus::Deferred)]);
}
