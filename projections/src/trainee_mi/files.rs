//! One row per file of recommendations, and one per check that found errors in rows of it.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        upload::{RecommendationsPreviewed, UploadEvent},
    },
    ids::{TrainingProviderCode, UploadId},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::{academic_year, london_day, monday},
};

row! {
    /// Rows of a file of recommendations: all of them, or those in which one check found something.
    keyed RecommendationFileRow in "recommendation_files", key(stream, sequence) {
        /// The upload's stream.
        stream: StreamId,
        /// 0 is the file as a whole; then its checks in the order of their codes.
        sequence: i16,
        /// Which upload.
        upload_id: UploadId,
        /// Whose.
        provider: TrainingProviderCode,
        /// The code of the check; nothing for the file as a whole.
        code: Option<String>,
        /// All rows, or those of the check.
        row_count: i64,
        /// Of all rows, those with errors.
        wrong_count: i64,
        /// When it was checked (UTC).
        previewed_at: DateTime<Utc>,
        /// That day, Europe/London.
        previewed_on: NaiveDate,
        /// Monday of that week.
        previewed_week: NaiveDate,
        /// The academic year of that day.
        previewed_year: i32,
        /// Where the log has it.
        position: Position,
    }
}

/// Keeps rows per file.
pub(crate) struct RecommendationFiles;

impl Projection for RecommendationFiles {
    type Row = RecommendationFileRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::Upload(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<RecommendationFileRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Upload(UploadEvent::RecommendationsPreviewed(event)) = &recorded.event else { return Ok(()) };
        let whole = whole(recorded, event);
        rows.push(whole.clone());
        for (sequence, check) in (1..).zip(&event.checks) {
            let (code, row_count) = (Some(check.code.clone()), check.rows.into());
            rows.push(RecommendationFileRow { sequence, code, row_count, wrong_count: 0, ..whole.clone() });
        }
        Ok(())
    }
}

fn whole(recorded: &Recorded<Event>, event: &RecommendationsPreviewed) -> RecommendationFileRow {
    let day = london_day(recorded.happened_at);
    RecommendationFileRow {
        stream: recorded.stream.clone(),
        sequence: 0,
        upload_id: event.upload_id,
        provider: event.provider.clone(),
        code: None,
        row_count: event.rows.into(),
        wrong_count: event.wrong.into(),
        previewed_at: recorded.happened_at,
        previewed_on: day,
        previewed_week: monday(day),
        previewed_year: academic_year(day),
        position: recorded.position,
    }
}
