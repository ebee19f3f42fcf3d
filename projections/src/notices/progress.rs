//! One narrow row per notice or reminder to a school: when it came how far, for measures as of any instant.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{ContactRule, NoticeOccasion, NotifyStatus},
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        notice::{NoticeCreated, NoticeEvent},
    },
    ids::{EventId, NoticeId, PartnershipId},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::{london_day, monday},
};

row! {
    /// How a notice or reminder came along.
    keyed NoticeProgressRow in "notice_progress", key(stream), index("(cause)", "(partnership_id)") {
        /// Its stream.
        stream: StreamId,
        /// Which.
        notice_id: NoticeId,
        /// The partnership it is about.
        partnership_id: PartnershipId,
        /// The event that began the round it tells of.
        cause: EventId,
        /// Whether it is the notice or the reminder.
        occasion: NoticeOccasion,
        /// By which rule the recipient was chosen.
        contact: ContactRule,
        /// When it was decided (UTC).
        created_at: DateTime<Utc>,
        /// That day, Europe/London.
        created_on: NaiveDate,
        /// Monday of that week.
        created_week: NaiveDate,
        /// Where the log has it.
        created_position: Position,
        /// When it was known to be with the carrier (UTC).
        sending_at: Option<DateTime<Utc>>,
        /// When it was known that the carrier could not do its work (UTC).
        carrier_gave_up_at: Option<DateTime<Utc>>,
        /// When it was known that the mailbox could not take it (UTC).
        mailbox_refused_at: Option<DateTime<Utc>>,
        /// When it was known that there is no such mailbox (UTC).
        mailbox_unknown_at: Option<DateTime<Utc>>,
        /// When it was known to have arrived (UTC).
        delivered_at: Option<DateTime<Utc>>,
        /// When it arrived, by the carrier's word (UTC).
        arrived_at: Option<DateTime<Utc>>,
        /// When it was withheld (UTC).
        withheld_at: Option<DateTime<Utc>>,
        /// When it last changed (UTC).
        ended_at: Option<DateTime<Utc>>,
        /// Where the log has that.
        ended_position: Option<Position>,
    }
}

/// Keeps a row per notice and reminder.
pub(crate) struct NoticesProgress;

impl Projection for NoticesProgress {
    type Row = NoticeProgressRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        let Event::Notice(event) = &recorded.event else { return None };
        let counted = match event {
            NoticeEvent::NoticeCreated(it) => to_school(it),
            NoticeEvent::NoticeStatusRecorded(_) | NoticeEvent::NoticeWithheld(_) => true,
            NoticeEvent::NoContactFound(_) | NoticeEvent::BreakRecipientsListed(_) => false,
        };
        counted.then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<NoticeProgressRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Notice(event) = &recorded.event else { return Ok(()) };
        if let NoticeEvent::NoticeCreated(event) = event {
            rows.extend(created(recorded, event));
            return Ok(());
        }
        // Mails to providers are not counted here, and have no row.
        let Some(row) = rows.last_mut() else { return Ok(()) };
        let at = recorded.happened_at;
        match event {
            NoticeEvent::NoticeStatusRecorded(event) => came_to(row, event.status, (at, event.at)),
            NoticeEvent::NoticeWithheld(_) => row.withheld_at = Some(at),
            _ => return Ok(()),
        }
        row.ended_at = Some(at);
        row.ended_position = Some(recorded.position);
        Ok(())
    }
}

fn to_school(event: &NoticeCreated) -> bool {
    matches!(event.occasion, NoticeOccasion::Notice | NoticeOccasion::Reminder) && event.partnership_id.is_some()
}

fn came_to(row: &mut NoticeProgressRow, status: NotifyStatus, (known, arrived): (DateTime<Utc>, DateTime<Utc>)) {
    let reached = match status {
        NotifyStatus::Created => return,
        NotifyStatus::Sending => &mut row.sending_at,
        NotifyStatus::TechnicalFailure => &mut row.carrier_gave_up_at,
        NotifyStatus::TemporaryFailure => &mut row.mailbox_refused_at,
        NotifyStatus::PermanentFailure => &mut row.mailbox_unknown_at,
        NotifyStatus::Delivered => {
            row.arrived_at = Some(arrived);
            &mut row.delivered_at
        }
    };
    *reached = Some(known);
}

fn created(recorded: &Recorded<Event>, event: &NoticeCreated) -> Option<NoticeProgressRow> {
    let day = london_day(recorded.happened_at);
    Some(NoticeProgressRow {
        stream: recorded.stream.clone(),
        notice_id: event.notice_id,
        partnership_id: event.partnership_id?,
        cause: event.cause,
        occasion: event.occasion,
        contact: event.contact,
        created_at: recorded.happened_at,
        created_on: day,
        created_week: monday(day),
        created_position: recorded.position,
        sending_at: None,
        carrier_gave_up_at: None,
        mailbox_refused_at: None,
        mailbox_unknown_at: None,
        delivered_at: None,
        arrived_at: None,
        withheld_at: None,
        ended_at: None,
        ended_position: None,
    })
}
