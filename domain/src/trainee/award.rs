//! The teaching record's answer that the status is held (DOMAIN 4.6).

use chrono::NaiveDate;
use events_schema::events::trainee::QtsAwarded;

use super::{commands::RecordQtsAward, dates::Given, record::Record, rejections as refused};
use crate::{policies::routes::route_policy, rejection::Rejection};

const RULE: &str = "trainees/4.6";

/// The award, with the day since which the status is held.
pub(super) fn record_award(
    record: &Record,
    command: &RecordQtsAward,
    today: NaiveDate,
) -> Result<QtsAwarded, Rejection> {
    let given = Given::new("award date", RULE, command.awarded_at.as_ref());
    let awarded_at = given.optional()?.ok_or_else(|| given.missing(refused::award_date_missing))?;
    given.not_in_future(awarded_at, today)?;
    let by_route = route_policy(record.training.route).award;
    let award = record.recommendation.map_or(by_route, |recommendation| recommendation.award);
    Ok(QtsAwarded { trainee_id: record.trainee_id, awarded_at, award })
}
