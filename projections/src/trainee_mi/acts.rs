//! One row per act on a trainee's record: what was done, the record as it stood after it, and what later acts made of
//! it. The row that stands at an instant is the one with `at` up to it and `until` after it.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    envelope::{Channel, Position, Recorded, StreamId},
    events::{Event, trainee::TraineeEvent},
    ids::{TraineeId, TrainingProviderCode},
};

use super::standing;
use crate::{
    cell::List,
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// An act on a trainee's record.
    keyed TraineeActRow in "trainee_acts", key(stream, sequence), index("(act)", "(trainee_id)", "(stream) where until is null") {
        /// The record's stream.
        stream: StreamId,
        /// Place among the acts on the record, from 1.
        sequence: i16,
        /// The record.
        trainee_id: TraineeId,
        /// The event: `TraineeWithdrawn`.
        act: String,
        /// Where the log has it.
        position: Position,
        /// When it happened (UTC).
        at: DateTime<Utc>,
        /// That day, Europe/London.
        done_on: NaiveDate,
        /// Monday of that week.
        done_week: NaiveDate,
        /// The academic year of that day, by the year in which it starts (1 September).
        done_year: i32,
        /// By which way it came in.
        channel: Channel,
        /// Until when the record stood so (UTC); nothing = still.
        until: Option<DateTime<Utc>>,
        /// Whose trainee it was.
        provider: TrainingProviderCode,
        /// The route then.
        route: Route,
        /// The status it led to.
        award: AwardType,
        /// The state then.
        state: TraineeState,
        /// Where the log has the event that brought the state.
        state_position: Position,
        /// First day of the course, as the record said then.
        itt_start_date: Option<NaiveDate>,
        /// Monday of that week.
        itt_week: Option<NaiveDate>,
        /// The academic year of that day.
        itt_year: Option<i32>,
        /// Expected end of training, as the record said then.
        expected_end_date: Option<NaiveDate>,
        /// Date of the deferral in force, as the record said then.
        defer_date: Option<NaiveDate>,
        /// How often training had been extended by then.
        extensions: i16,
        /// Of a recommendation: the day on which the standards were met.
        outcome_date: Option<NaiveDate>,
        /// Of a recommendation: whether it came by a file.
        by_file: bool,
        /// Of an extension: by how many days, if the end before was known.
        extension_days: Option<i32>,
        /// Of a reinstatement: the date of return, if it was given.
        return_date: Option<NaiveDate>,
        /// Of a withdrawal: who chose.
        trigger: Option<WithdrawalTrigger>,
        /// Of a withdrawal: why, one or more codes.
        reasons: List<WithdrawalReason>,
        /// Of a withdrawal: interest in teaching later.
        future_interest: Option<FutureInterest>,
        /// Of a recommendation: when the award was recorded (UTC).
        awarded_at: Option<DateTime<Utc>>,
        /// Where the log has that.
        awarded_position: Option<Position>,
        /// When support undid the withdrawal, or rescinded the recommendation (UTC).
        taken_back_at: Option<DateTime<Utc>>,
        /// Where the log has that.
        taken_back_position: Option<Position>,
    }
}

/// Keeps a row per act.
pub(crate) struct Acts;

impl Projection for Acts {
    type Row = TraineeActRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::Trainee(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<TraineeActRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Trainee(event) = &recorded.event else { return Ok(()) };
        let next = match (rows.last_mut(), event) {
            (None, TraineeEvent::TraineeRegistered(registered)) => standing::registered(recorded, registered),
            (Some(before), _) => {
                before.until = Some(recorded.happened_at);
                standing::after(before, recorded, event)
            }
            (None, _) => return Err(Unfit(format!("{} was never registered", recorded.stream))),
        };
        mark_earlier(rows, recorded, event)?;
        rows.push(next);
        Ok(())
    }
}

/// What an act makes of an earlier one.
fn mark_earlier(rows: &mut [TraineeActRow], recorded: &Recorded<Event>, event: &TraineeEvent) -> Result<(), Unfit> {
    match event {
        TraineeEvent::QtsAwarded(_) => {
            let row = in_force(rows, (RECOMMENDED, recorded))?;
            row.awarded_at = Some(recorded.happened_at);
            row.awarded_position = Some(recorded.position);
        }
        TraineeEvent::RecommendationRescinded(_) => take_back(in_force(rows, (RECOMMENDED, recorded))?, recorded),
        TraineeEvent::WithdrawalUndone(_) => take_back(in_force(rows, (WITHDRAWN, recorded))?, recorded),
        _ => {}
    }
    Ok(())
}

const RECOMMENDED: &str = "TraineeRecommendedForQts";
const WITHDRAWN: &str = "TraineeWithdrawn";

/// The last act of a kind, which was not taken back.
fn in_force<'r>(
    rows: &'r mut [TraineeActRow],
    (act, recorded): (&str, &Recorded<Event>),
) -> Result<&'r mut TraineeActRow, Unfit> {
    let last = rows.iter_mut().rfind(|row| row.act == act).filter(|row| row.taken_back_at.is_none());
    last.ok_or_else(|| Unfit(format!("{} has no {act} in force", recorded.stream)))
}

fn take_back(row: &mut TraineeActRow, recorded: &Recorded<Event>) {
    row.taken_back_at = Some(recorded.happened_at);
    row.taken_back_position = Some(recorded.position);
}
