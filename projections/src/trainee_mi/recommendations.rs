//! One row per recommendation: when the standards were met, when it was said, when the status was held.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, Route},
    envelope::{Recorded, StreamId},
    events::{
        Event,
        trainee::{TraineeEvent, TraineeRecommendedForQts},
    },
    ids::TraineeId,
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::london_day,
};

row! {
    /// A recommendation, taken back or not.
    keyed RecommendationRow in "recommendations", key(stream, sequence) {
        /// The record's stream.
        stream: StreamId,
        /// Place among the recommendations of the record, from 1.
        sequence: i16,
        /// The record.
        trainee_id: TraineeId,
        /// For which status.
        award: AwardType,
        /// By which route.
        route: Route,
        /// The day on which the standards were met.
        outcome_date: NaiveDate,
        /// When the provider recommended (UTC).
        recommended_at: DateTime<Utc>,
        /// That day, Europe/London.
        recommended_on: NaiveDate,
        /// When the award was recorded (UTC).
        award_recorded_at: Option<DateTime<Utc>>,
        /// When support took it back (UTC).
        rescinded_at: Option<DateTime<Utc>>,
    }
}

/// Keeps a row per recommendation.
pub(crate) struct Recommendations;

impl Projection for Recommendations {
    type Row = RecommendationRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        use TraineeEvent::{QtsAwarded, RecommendationRescinded, TraineeRecommendedForQts};
        match &recorded.event {
            Event::Trainee(TraineeRecommendedForQts(_) | QtsAwarded(_) | RecommendationRescinded(_)) => {
                Some(Cow::Borrowed(&recorded.stream))
            }
            _ => None,
        }
    }

    fn project(rows: &mut Vec<RecommendationRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Trainee(event) = &recorded.event else { return Ok(()) };
        if let TraineeEvent::TraineeRecommendedForQts(event) = event {
            let next = recommended(rows.len(), recorded, event);
            rows.push(next);
            return Ok(());
        }
        let in_force = rows.last_mut().filter(|row| row.rescinded_at.is_none());
        let row = in_force.ok_or_else(|| Unfit(format!("{} has no recommendation in force", recorded.stream)))?;
        match event {
            TraineeEvent::QtsAwarded(_) => row.award_recorded_at = Some(recorded.happened_at),
            TraineeEvent::RecommendationRescinded(_) => row.rescinded_at = Some(recorded.happened_at),
            _ => {}
        }
        Ok(())
    }
}

fn recommended(before: usize, recorded: &Recorded<Event>, event: &TraineeRecommendedForQts) -> RecommendationRow {
    RecommendationRow {
        stream: recorded.stream.clone(),
        sequence: i16::try_from(before + 1).unwrap_or(i16::MAX),
        trainee_id: event.trainee_id,
        award: event.award,
        route: event.route,
        outcome_date: event.outcome_date,
        recommended_at: event.recommended_for_award_at,
        recommended_on: london_day(event.recommended_for_award_at),
        award_recorded_at: None,
        rescinded_at: None,
    }
}
