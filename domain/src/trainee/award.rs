//! The teaching record's answer that the status is held (DOMAIN 4.6).

use chrono::NaiveDate;
use events_schema::events::trainee::QtsAwarded;

use super::{commands::RecordQtsAward, dates::Given, record::Record, rejections as refused};
use crate::{
    policies::{dates::shown, routes::route_policy},
    rejection::Rejection,
};

const RULE: &str = "trainees/4.6";

/// The award, with the day since which the status is held: the one on which the standards were met.
pub(super) fn record_award(
    record: &Record,
    command: &RecordQtsAward,
    today: NaiveDate,
) -> Result<QtsAwarded, Rejection> {
    let given = Given::new("award date", RULE, command.awarded_at.as_ref());
    let awarded_at = given.optional()?.ok_or_else(|| given.missing(refused::award_date_missing))?;
    given.not_in_future(awarded_at, today)?;
    let award = match record.recommendation {
        None => route_policy(record.training.route).award,
        Some(it) if it.outcome_date == awarded_at => it.award,
        Some(it) => return Err(refused::award_date_differs(&shown(it.outcome_date))),
    };
    Ok(QtsAwarded { trainee_id: record.trainee_id, awarded_at, award })
}
