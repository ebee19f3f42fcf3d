//! One row per upload of schools, and one per code that rows of it were refused with when it was checked.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        upload::{UploadEvent, UploadPreviewed},
    },
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, UploadId},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::{london_day, monday},
};

row! {
    /// Rows of an upload: all of them, or those that were refused with one code.
    keyed UploadRow in "uploads", key(stream, sequence), index("(upload_id)") {
        /// The upload's stream.
        stream: StreamId,
        /// 0 is the upload as a whole; then its codes in their order.
        sequence: i16,
        /// Which.
        upload_id: UploadId,
        /// Whose.
        lead_provider_id: LeadProviderId,
        /// The cohort it is for.
        cohort: Cohort,
        /// The delivery partner it is for.
        delivery_partner_id: DeliveryPartnerId,
        /// The code; nothing for the upload as a whole.
        code: Option<String>,
        /// All rows, or those of the code.
        row_count: i64,
        /// Of all rows, those that could be confirmed.
        valid_count: i64,
        /// When it was checked (UTC).
        previewed_at: DateTime<Utc>,
        /// That day, Europe/London.
        previewed_on: NaiveDate,
        /// Monday of that week.
        previewed_week: NaiveDate,
        /// Where the log has it.
        position: Position,
    }
}

/// Keeps rows per upload.
pub(crate) struct Uploads;

impl Projection for Uploads {
    type Row = UploadRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::Upload(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<UploadRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Upload(UploadEvent::UploadPreviewed(event)) = &recorded.event else { return Ok(()) };
        let whole = whole(recorded, event);
        for (sequence, refused) in (1..).zip(&event.refused) {
            let (code, row_count) = (Some(refused.code.clone()), refused.rows.into());
            rows.push(UploadRow { sequence, code, row_count, valid_count: 0, ..whole.clone() });
        }
        rows.insert(0, whole);
        Ok(())
    }
}

fn whole(recorded: &Recorded<Event>, event: &UploadPreviewed) -> UploadRow {
    let day = london_day(recorded.happened_at);
    UploadRow {
        stream: recorded.stream.clone(),
        sequence: 0,
        upload_id: event.upload_id,
        lead_provider_id: event.lead_provider_id.clone(),
        cohort: event.cohort,
        delivery_partner_id: event.delivery_partner_id.clone(),
        code: None,
        row_count: event.rows.into(),
        valid_count: event.valid.into(),
        previewed_at: recorded.happened_at,
        previewed_on: day,
        previewed_week: monday(day),
        position: recorded.position,
    }
}
