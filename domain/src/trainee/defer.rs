//! Out for a while and back: deferring (DOMAIN 4.7) and reinstating (4.8).

use chrono::NaiveDate;
use events_schema::events::trainee::{TraineeDeferred, TraineeReinstated};

use super::{
    commands::{DeferTrainee, ReinstateTrainee},
    dates::Given,
    details::bounded_text,
    end_date::{given_end_date, not_too_late, optional_end_date},
    record::Record,
    rejections as refused,
};
use crate::rejection::Rejection;

/// The rule of deferrals.
pub(super) const RULE: &str = "trainees/4.7";
const REINSTATING: &str = "trainees/4.8";

/// A reason for deferring has at most this many characters.
const LONGEST_REASON: usize = 500;

/// The deferral: with its date once course and trainee have started, else without one.
pub(super) fn defer(record: &Record, command: &DeferTrainee, today: NaiveDate) -> Result<TraineeDeferred, Rejection> {
    let given = Given::new("date of deferral", RULE, command.defer_date.as_ref());
    let defer_date = given.optional()?;
    match defer_date {
        Some(date) => check_date(&given, date, record, today)?,
        None if record.course_begun(today) && record.trainee_started(today) => {
            return Err(given.missing(refused::date_missing));
        }
        None => {}
    }
    let reason = bounded_text(RULE, command.defer_reason.as_ref(), LONGEST_REASON)?;
    Ok(TraineeDeferred { trainee_id: record.trainee_id, defer_date, reason })
}

/// A date of deferral is on or after ITT start, and there is none while the course or the trainee's own start lies ahead.
/// Where no start is recorded, a date says that the trainee had started. A planned, future date is accepted.
pub(super) fn check_date(
    given: &Given<'_>,
    date: NaiveDate,
    record: &Record,
    today: NaiveDate,
) -> Result<(), Rejection> {
    given.not_before_itt_start(date, record)?;
    let starts_later = record.training.trainee_start_date.is_some_and(|start| start > today);
    if record.course_begun(today) && !starts_later { Ok(()) } else { Err(no_date_before_start(given)) }
}

/// The return: with its date and the new end once the course has begun, else without.
pub(super) fn reinstate(
    record: &Record,
    command: &ReinstateTrainee,
    today: NaiveDate,
) -> Result<TraineeReinstated, Rejection> {
    let return_date = return_date(record, command, today)?;
    let expected_end_date = end_after_return(record, command, return_date)?;
    if let Some(end) = expected_end_date {
        not_too_late(REINSTATING, end, today)?;
    }
    let state = record.state_in_training();
    Ok(TraineeReinstated { trainee_id: record.trainee_id, return_date, expected_end_date, state })
}

fn return_date(record: &Record, command: &ReinstateTrainee, today: NaiveDate) -> Result<Option<NaiveDate>, Rejection> {
    let given = Given::new("return date", REINSTATING, command.return_date.as_ref());
    let date = given.optional()?;
    if let Some(date) = date {
        given.not_before_itt_start(date, record)?;
    }
    match (date, record.course_begun(today)) {
        (Some(_), false) => Err(no_date_before_start(&given)),
        (None, true) => Err(given.missing(refused::date_missing)),
        _ => Ok(date),
    }
}

/// The new end: required with a return date and not before it; before the course starts it may be left as it is.
fn end_after_return(
    record: &Record,
    command: &ReinstateTrainee,
    return_date: Option<NaiveDate>,
) -> Result<Option<NaiveDate>, Rejection> {
    let given = given_end_date(REINSTATING, command.expected_end_date.as_ref());
    let end = optional_end_date(&given)?;
    if end.is_none() && return_date.is_some() {
        return Err(given.missing(refused::end_date_missing));
    }
    let floor = return_date.or(record.training.itt_start_date);
    match (end, floor) {
        (Some(end), Some(floor)) if end < floor => Err(refused::end_date_before_return()),
        _ => Ok(end),
    }
}

fn no_date_before_start(given: &Given<'_>) -> Rejection {
    let message =
        format!("The course or the trainee has not started, so there is no {}: leave the date out.", given.what);
    refused::not_started(given.rule, message)
}
