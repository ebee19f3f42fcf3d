//! One row per state that a trainee's record was in, with its beginning and end.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::TraineeState,
    envelope::{Recorded, StreamId},
    events::{Event, trainee::TraineeEvent},
    ids::TraineeId,
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A state of a trainee's record, for a time.
    keyed TraineeStateRow in "trainee_states", key(stream, sequence) {
        /// The record's stream.
        stream: StreamId,
        /// Place among the states of the record, from 1.
        sequence: i16,
        /// The record.
        trainee_id: TraineeId,
        /// The state.
        state: TraineeState,
        /// Since when (UTC).
        since: DateTime<Utc>,
        /// Until when (UTC); nothing = still.
        until: Option<DateTime<Utc>>,
    }
}

/// Keeps a row per state.
pub(crate) struct States;

impl Projection for States {
    type Row = TraineeStateRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        match &recorded.event {
            Event::Trainee(TraineeEvent::TrainingExtended(_) | TraineeEvent::TraineeDetailsAmended(_)) => None,
            Event::Trainee(_) => Some(Cow::Borrowed(&recorded.stream)),
            _ => None,
        }
    }

    fn project(rows: &mut Vec<TraineeStateRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Trainee(event) = &recorded.event else { return Ok(()) };
        let before = rows.last().map(|row| row.state);
        let Some((trainee_id, state)) = entered(before, event) else { return Ok(()) };
        if let Some(last) = rows.last_mut() {
            last.until = Some(recorded.happened_at);
        }
        let sequence = i16::try_from(rows.len() + 1).unwrap_or(i16::MAX);
        let stream = recorded.stream.clone();
        rows.push(TraineeStateRow { stream, sequence, trainee_id, state, since: recorded.happened_at, until: None });
        Ok(())
    }
}

/// The state that the event brings; nothing if it leaves the record where it was.
fn entered(before: Option<TraineeState>, event: &TraineeEvent) -> Option<(TraineeId, TraineeState)> {
    let entered = match event {
        TraineeEvent::TraineeRegistered(it) => (it.trainee_id, TraineeState::Draft),
        TraineeEvent::TraineeSubmittedForTrn(it) => (it.trainee_id, TraineeState::SubmittedForTrn),
        TraineeEvent::TrnRecorded(it) if before == Some(TraineeState::SubmittedForTrn) => {
            (it.trainee_id, TraineeState::TrnReceived)
        }
        TraineeEvent::TraineeRecommendedForQts(it) => (it.trainee_id, TraineeState::RecommendedForAward),
        TraineeEvent::QtsAwarded(it) => (it.trainee_id, TraineeState::Awarded),
        TraineeEvent::TraineeDeferred(it) => (it.trainee_id, TraineeState::Deferred),
        TraineeEvent::TraineeReinstated(it) => (it.trainee_id, it.state),
        TraineeEvent::TraineeWithdrawn(it) => (it.trainee_id, TraineeState::Withdrawn),
        TraineeEvent::WithdrawalUndone(it) => (it.trainee_id, it.state),
        TraineeEvent::RecommendationRescinded(it) => (it.trainee_id, TraineeState::TrnReceived),
        TraineeEvent::TrnRecorded(_) | TraineeEvent::TrainingExtended(_) | TraineeEvent::TraineeDetailsAmended(_) => {
            return None;
        }
    };
    Some(entered)
}
