//! The record of a trainee as it stood after an act, as far as measures count by it.

use chrono::NaiveDate;
use events_schema::{
    codes::TraineeState,
    envelope::Recorded,
    events::{
        Event, EventSet,
        trainee::{TraineeEvent, TraineeRegistered, Training},
    },
};

use super::acts::TraineeActRow;
use crate::{
    cell::List,
    time::{academic_year, days_between, london_day, monday},
    trainees::award_of,
};

/// The first row of a record.
pub(super) fn registered(recorded: &Recorded<Event>, event: &TraineeRegistered) -> TraineeActRow {
    let day = london_day(recorded.happened_at);
    let row = TraineeActRow {
        stream: recorded.stream.clone(),
        sequence: 1,
        trainee_id: event.trainee_id,
        act: "TraineeRegistered".to_owned(),
        position: recorded.position,
        at: recorded.happened_at,
        done_on: day,
        done_week: monday(day),
        done_year: academic_year(day),
        channel: recorded.origin.channel,
        until: None,
        provider: event.provider.clone(),
        route: event.training.route,
        award: award_of(event.training.route),
        state: TraineeState::Draft,
        state_position: recorded.position,
        itt_start_date: None,
        itt_week: None,
        itt_year: None,
        expected_end_date: None,
        defer_date: None,
        extensions: 0,
        outcome_date: None,
        by_file: false,
        extension_days: None,
        return_date: None,
        trigger: None,
        reasons: List(Vec::new()),
        future_interest: None,
        awarded_at: None,
        awarded_position: None,
        taken_back_at: None,
        taken_back_position: None,
    };
    in_training(row, &event.training)
}

/// The row of an act, from the row before it.
pub(super) fn after(before: &TraineeActRow, recorded: &Recorded<Event>, event: &TraineeEvent) -> TraineeActRow {
    let mut row = dated(unmarked(before.clone()), recorded, event);
    if let Some(state) = entered(before.state, event) {
        row.state = state;
        row.state_position = recorded.position;
    }
    match event {
        TraineeEvent::TraineeDetailsAmended(it) => {
            row.defer_date = it.defer_date.or(row.defer_date);
            if let Some(training) = &it.training {
                row = in_training(row, training);
            }
        }
        TraineeEvent::TraineeRecommendedForQts(it) => {
            row.outcome_date = Some(it.outcome_date);
            row.by_file = it.upload.is_some();
            (row.award, row.route) = (it.award, it.route);
            row = on(row, london_day(it.recommended_for_award_at));
        }
        TraineeEvent::TraineeDeferred(it) => row.defer_date = it.defer_date,
        TraineeEvent::TraineeReinstated(it) => {
            row.defer_date = None;
            row.return_date = it.return_date;
            row.expected_end_date = it.expected_end_date.or(row.expected_end_date);
        }
        TraineeEvent::TrainingExtended(it) => {
            row.extensions += 1;
            row.extension_days = it.previous_end_date.map(|end| days_between(end, it.expected_end_date));
            row.expected_end_date = Some(it.expected_end_date);
        }
        TraineeEvent::TraineeWithdrawn(it) => {
            row.trigger = Some(it.trigger);
            row.reasons = List(it.reasons.clone());
            row.future_interest = Some(it.future_interest);
        }
        _ => {}
    }
    row
}

/// The state that an act brings; nothing if it leaves the record where it was.
fn entered(before: TraineeState, event: &TraineeEvent) -> Option<TraineeState> {
    Some(match event {
        TraineeEvent::TraineeSubmittedForTrn(_) => TraineeState::SubmittedForTrn,
        TraineeEvent::TrnRecorded(_) if before == TraineeState::SubmittedForTrn => TraineeState::TrnReceived,
        TraineeEvent::TraineeRecommendedForQts(_) => TraineeState::RecommendedForAward,
        TraineeEvent::QtsAwarded(_) => TraineeState::Awarded,
        TraineeEvent::TraineeDeferred(_) => TraineeState::Deferred,
        TraineeEvent::TraineeReinstated(it) => it.state,
        TraineeEvent::TraineeWithdrawn(_) => TraineeState::Withdrawn,
        TraineeEvent::WithdrawalUndone(it) => it.state,
        TraineeEvent::RecommendationRescinded(_) => TraineeState::TrnReceived,
        TraineeEvent::TraineeRegistered(_)
        | TraineeEvent::TrnRecorded(_)
        | TraineeEvent::TrainingExtended(_)
        | TraineeEvent::TraineeDetailsAmended(_) => return None,
    })
}

/// What belonged to the act before alone is not carried on.
fn unmarked(row: TraineeActRow) -> TraineeActRow {
    TraineeActRow {
        until: None,
        outcome_date: None,
        by_file: false,
        extension_days: None,
        return_date: None,
        trigger: None,
        reasons: List(Vec::new()),
        future_interest: None,
        awarded_at: None,
        awarded_position: None,
        taken_back_at: None,
        taken_back_position: None,
        ..row
    }
}

fn dated(row: TraineeActRow, recorded: &Recorded<Event>, event: &TraineeEvent) -> TraineeActRow {
    let row = TraineeActRow {
        sequence: row.sequence.saturating_add(1),
        act: event.event_type().to_owned(),
        position: recorded.position,
        at: recorded.happened_at,
        channel: recorded.origin.channel,
        ..row
    };
    on(row, london_day(recorded.happened_at))
}

fn on(row: TraineeActRow, day: NaiveDate) -> TraineeActRow {
    TraineeActRow { done_on: day, done_week: monday(day), done_year: academic_year(day), ..row }
}

fn in_training(row: TraineeActRow, training: &Training) -> TraineeActRow {
    TraineeActRow {
        route: training.route,
        award: award_of(training.route),
        itt_start_date: training.itt_start_date,
        itt_week: training.itt_start_date.map(monday),
        itt_year: training.itt_start_date.map(academic_year),
        expected_end_date: training.expected_end_date,
        ..row
    }
}
