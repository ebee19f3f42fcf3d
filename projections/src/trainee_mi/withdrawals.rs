//! One row per withdrawal: who chose, why, and whether support undid it.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{FutureInterest, TraineeState, WithdrawalReason, WithdrawalTrigger},
    envelope::{Recorded, StreamId},
    events::{
        Event,
        trainee::{TraineeEvent, TraineeWithdrawn},
    },
    ids::TraineeId,
};

use crate::{
    cell::List,
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A withdrawal, undone or not.
    keyed WithdrawalRow in "withdrawals", key(stream, sequence) {
        /// The record's stream.
        stream: StreamId,
        /// Place among the withdrawals of the record, from 1.
        sequence: i16,
        /// The record.
        trainee_id: TraineeId,
        /// The last day trained.
        withdrawal_date: NaiveDate,
        /// When it was recorded (UTC).
        withdrawn_at: DateTime<Utc>,
        /// Who chose.
        trigger: WithdrawalTrigger,
        /// Why: one or more codes.
        reasons: List<WithdrawalReason>,
        /// Interest in teaching later.
        future_interest: FutureInterest,
        /// The state before.
        state_before: TraineeState,
        /// When support undid it (UTC).
        undone_at: Option<DateTime<Utc>>,
    }
}

/// Keeps a row per withdrawal.
pub(crate) struct Withdrawals;

impl Projection for Withdrawals {
    type Row = WithdrawalRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        match &recorded.event {
            Event::Trainee(TraineeEvent::TraineeWithdrawn(_) | TraineeEvent::WithdrawalUndone(_)) => {
                Some(Cow::Borrowed(&recorded.stream))
            }
            _ => None,
        }
    }

    fn project(rows: &mut Vec<WithdrawalRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        match &recorded.event {
            Event::Trainee(TraineeEvent::TraineeWithdrawn(event)) => {
                let next = withdrawn(rows.len(), recorded, event);
                rows.push(next);
            }
            Event::Trainee(TraineeEvent::WithdrawalUndone(_)) => {
                let in_force = rows.last_mut().filter(|row| row.undone_at.is_none());
                let row = in_force.ok_or_else(|| Unfit(format!("{} has no withdrawal in force", recorded.stream)))?;
                row.undone_at = Some(recorded.happened_at);
            }
            _ => {}
        }
        Ok(())
    }
}

fn withdrawn(before: usize, recorded: &Recorded<Event>, event: &TraineeWithdrawn) -> WithdrawalRow {
    WithdrawalRow {
        stream: recorded.stream.clone(),
        sequence: i16::try_from(before + 1).unwrap_or(i16::MAX),
        trainee_id: event.trainee_id,
        withdrawal_date: event.withdrawal_date,
        withdrawn_at: recorded.happened_at,
        trigger: event.trigger,
        reasons: List(event.reasons.clone()),
        future_interest: event.future_interest,
        state_before: event.state_before,
        undone_at: None,
    }
}
