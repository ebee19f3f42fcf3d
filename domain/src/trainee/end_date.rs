//! The expected end of training: extending it (DOMAIN 4.9), and the limits that reinstating shares.

use chrono::{Datelike, NaiveDate};
use events_schema::events::trainee::TrainingExtended;

use super::{commands::ExtendTraining, dates::Given, record::Record, rejections as refused};
use crate::{
    policies::dates::{first_end_day, last_end_year, shown},
    rejection::Rejection,
};

const RULE: &str = "trainees/4.9";

/// More time: an end later than the present one and than the start of the course.
pub(super) fn extend(
    record: &Record,
    command: &ExtendTraining,
    today: NaiveDate,
) -> Result<TrainingExtended, Rejection> {
    let given = given_end_date(RULE, command.expected_end_date.as_ref());
    let end = optional_end_date(&given)?.ok_or_else(|| given.missing(refused::end_date_missing))?;
    let previous = record.training.expected_end_date;
    let floor = previous.max(record.training.itt_start_date);
    if let Some(floor) = floor.filter(|floor| end <= *floor) {
        return Err(not_later(floor));
    }
    not_too_late(RULE, end, today)?;
    not_too_early(end, today)?;
    Ok(TrainingExtended { trainee_id: record.trainee_id, previous_end_date: previous, expected_end_date: end })
}

/// An expected end date as a command brings it.
pub(super) fn given_end_date<'a>(rule: &'static str, text: Option<&'a String>) -> Given<'a> {
    Given::new("expected end date", rule, text)
}

/// The expected end date, if one was given: refused `end_date_invalid`.
pub(super) fn optional_end_date(given: &Given<'_>) -> Result<Option<NaiveDate>, Rejection> {
    given.optional_or(refused::end_date_invalid)
}

/// The year of the end is at most next year plus four: anything later is a slip of the pen.
pub(super) fn not_too_late(rule: &'static str, end: NaiveDate, today: NaiveDate) -> Result<(), Rejection> {
    let last = last_end_year(today);
    if end.year() <= last {
        return Ok(());
    }
    let message = format!("The expected end date is too far off: give one up to the end of {last}.");
    Err(refused::end_date_out_of_range(rule, message))
}

fn not_too_early(end: NaiveDate, today: NaiveDate) -> Result<(), Rejection> {
    let first = first_end_day(today);
    if end >= first {
        return Ok(());
    }
    let message = format!("The expected end date lies more than 10 years back: give {} or a later day.", shown(first));
    Err(refused::end_date_out_of_range(RULE, message))
}

fn not_later(floor: NaiveDate) -> Rejection {
    let message = format!(
        "An extension ends later than the present end date and the ITT start date: give a day after {}.",
        shown(floor)
    );
    refused::end_date_not_later(RULE, message)
}
