//! Recommending for QTS or EYTS (DOMAIN 4.5): the provider states that the standards were met, and on which day.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::events::trainee::TraineeRecommendedForQts;

use super::{commands::RecommendForQts, completeness::Missing, dates::Given, record::Record, rejections as refused};
use crate::{
    policies::{
        dates::{london_day, shown},
        routes::route_policy,
    },
    rejection::Rejection,
};

const RULE: &str = "trainees/4.5";

/// The recommendation, if the course has begun, the record is complete and the date can be right.
pub(super) fn recommend(
    record: &Record,
    command: &RecommendForQts,
    received_at: DateTime<Utc>,
) -> Result<TraineeRecommendedForQts, Rejection> {
    let today = london_day(received_at);
    course_has_begun(record, today)?;
    record_is_complete(record)?;
    Ok(TraineeRecommendedForQts {
        trainee_id: record.trainee_id,
        outcome_date: date_standards_met(record, command, today)?,
        recommended_for_award_at: received_at,
        award: route_policy(record.training.route).award,
        route: record.training.route,
        upload: command.upload.clone(),
    })
}

fn course_has_begun(record: &Record, today: NaiveDate) -> Result<(), Rejection> {
    match record.training.itt_start_date {
        Some(start) if start > today => Err(refused::itt_not_started(&shown(start))),
        _ => Ok(()),
    }
}

/// One code says what kind of thing is missing; the message lists everything.
fn record_is_complete(record: &Record) -> Result<(), Rejection> {
    let missing = Missing::of(record);
    let (listed, then) = (missing.shown(), "recommend");
    match missing {
        Missing { sections, .. } if !sections.is_empty() => Err(refused::record_incomplete(RULE, &listed, then)),
        Missing { degree: true, .. } => Err(refused::degree_missing(&listed, then)),
        Missing { placements: Some(_), .. } => Err(refused::placements_missing(&listed, then)),
        _ => Ok(()),
    }
}

fn date_standards_met(record: &Record, command: &RecommendForQts, today: NaiveDate) -> Result<NaiveDate, Rejection> {
    let given = Given::new("date on which the standards were met", RULE, command.qts_standards_met_date.as_ref());
    let date = given.required()?;
    given.not_in_future(date, today)?;
    given.not_before_itt_start(date, record)?;
    Ok(date)
}
