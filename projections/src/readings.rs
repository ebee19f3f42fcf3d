//! Readings: what auditors and analysts were given, latest last. Why they looked is sealed; whoever may see it reads it
//! from the log.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Channel, Position, Recorded},
    events::{
        Event, EventSet,
        reading::{ReadingEvent, ReadingRecorded},
    },
    ids::{ContentDigest, ReadingId, UserId},
};

use crate::{
    fault::{During, ViewFault},
    projection::{Listed, Listing},
    row::{Row, columns, row},
    view::View,
    views::Views,
};

/// The view.
pub const VIEW: View = View {
    name: "readings",
    version: 1,
    events: &[ReadingEvent::TYPES],
    refusals: false,
    tables: || vec![Listed::<Readings>::boxed()],
};

row! {
    /// Something that was given to be read.
    ReadingRow in "readings", key(position), index("(actor, position)") {
        /// Where the log has it.
        position: Position,
        /// Which.
        reading_id: ReadingId,
        /// Who: actor kind and opaque id.
        actor: String,
        /// The person, if somebody had signed in.
        user_id: Option<UserId>,
        /// By which way.
        channel: Channel,
        /// When (UTC).
        read_at: DateTime<Utc>,
        /// What was read.
        what: String,
        /// What it was narrowed to: "cohort 2025, lead provider teach-first".
        narrowed: String,
        /// The answer rests on the events after this position ...
        after_position: Position,
        /// ... up to this one.
        upto: Position,
        /// SHA-256 of what was given.
        digest: ContentDigest,
        /// How many records, rows or sentences.
        count: i64,
    }
}

/// Keeps a row per reading.
pub(crate) struct Readings;

impl Listing for Readings {
    type Row = ReadingRow;

    fn event(recorded: &Recorded<Event>) -> Option<ReadingRow> {
        let Event::Reading(ReadingEvent::ReadingRecorded(it)) = &recorded.event else { return None };
        Some(ReadingRow {
            position: recorded.position,
            reading_id: it.reading_id,
            actor: recorded.origin.actor.to_string(),
            user_id: recorded.origin.user,
            channel: recorded.origin.channel,
            read_at: recorded.happened_at,
            what: it.what.clone(),
            narrowed: narrowed(it),
            after_position: it.after,
            upto: it.upto,
            digest: it.digest.clone(),
            count: i64::try_from(it.count).unwrap_or(i64::MAX),
        })
    }
}

fn narrowed(it: &ReadingRecorded) -> String {
    let entries = it.filter.iter().map(|(name, value)| format!("{} {value}", name.replace(['_', '-'], " ")));
    entries.collect::<Vec<_>>().join(", ")
}

impl Views {
    /// Readings, the latest first, after so many of them; of one actor only, if one is named.
    pub async fn readings(&self, actor: Option<&str>, after: i64, limit: i64) -> Result<Vec<ReadingRow>, ViewFault> {
        let select = format!(
            "select {} from view_readings.readings where $1::text is null or actor = $1
             order by position desc offset $2 limit $3",
            columns::<ReadingRow>()
        );
        let found = sqlx::query(&select).bind(actor).bind(after).bind(limit).fetch_all(&self.pool).await;
        let rows: Result<Vec<_>, _> = found.during("list the readings")?.iter().map(ReadingRow::get).collect();
        rows.during("read a reading")
    }

    /// How many readings there are; of one actor only, if one is named.
    pub async fn count_readings(&self, actor: Option<&str>) -> Result<i64, ViewFault> {
        sqlx::query_scalar("select count(*) from view_readings.readings where $1::text is null or actor = $1")
            .bind(actor)
            .fetch_one(&self.pool)
            .await
            .during("count the readings")
    }
}
