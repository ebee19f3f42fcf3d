//! One row per mail, with how it stands.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{ContactRule, EmailType, NoContactReason, NoticeOccasion, NotifyStatus, WithheldReason},
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        notice::{NoContactFound, NoticeCreated, NoticeEvent, NoticeStatusRecorded, SentTo},
    },
    ids::{Cohort, EventId, NoticeId, PartnershipId, Urn, UserId},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A mail as it stands, or that there was nobody to send it to.
    keyed NoticeRow in "notices", key(stream),
    index(
        "(partnership_id) where partnership_id is not null",
        "(token_hash) where token_hash is not null",
        "(no_contact) where no_contact is not null"
    ) {
        /// Its stream.
        stream: StreamId,
        /// Which.
        notice_id: NoticeId,
        /// Why it is sent.
        occasion: NoticeOccasion,
        /// Which mail it is; nothing if there was nobody to send it to.
        email_type: Option<EmailType>,
        /// The partnership, if it is about one.
        partnership_id: Option<PartnershipId>,
        /// The school.
        school_urn: Urn,
        /// The cohort, if it is about one.
        cohort: Option<Cohort>,
        /// The event that it tells of.
        cause: EventId,
        /// By which rule the recipient was chosen.
        contact: Option<ContactRule>,
        /// The school's mailbox, if it goes there; people's addresses are sealed in the log.
        mailbox: Option<String>,
        /// The user who is told, if it is one.
        recipient: Option<UserId>,
        /// SHA-256 of its token, in hexadecimal digits.
        token_hash: Option<String>,
        /// How it stands with the carrier.
        status: Option<NotifyStatus>,
        /// The carrier's id of it.
        notify_id: Option<String>,
        /// When it arrived (UTC).
        delivered_at: Option<DateTime<Utc>>,
        /// How often it was handed over without an answer.
        unknown_sends: i16,
        /// Why there was nobody to send it to.
        no_contact: Option<NoContactReason>,
        /// Why it was not sent after all.
        withheld: Option<WithheldReason>,
        /// When it was decided (UTC).
        created_at: DateTime<Utc>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
        /// Where the log has its first event.
        position: Position,
    }
}

/// Keeps a row per mail.
pub(crate) struct Notices;

impl Projection for Notices {
    type Row = NoticeRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        let Event::Notice(event) = &recorded.event else { return None };
        (!matches!(event, NoticeEvent::BreakRecipientsListed(_))).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<NoticeRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Notice(event) = &recorded.event else { return Ok(()) };
        match event {
            NoticeEvent::NoticeCreated(event) => rows.push(created(recorded, event)),
            NoticeEvent::NoContactFound(event) => rows.push(nobody(recorded, event)),
            NoticeEvent::NoticeStatusRecorded(event) => moved(mail(rows)?, event),
            NoticeEvent::NoticeWithheld(event) => mail(rows)?.withheld = Some(event.reason),
            NoticeEvent::BreakRecipientsListed(_) => return Ok(()),
        }
        mail(rows)?.updated_at = recorded.happened_at;
        Ok(())
    }
}

fn mail(rows: &mut [NoticeRow]) -> Result<&mut NoticeRow, Unfit> {
    rows.last_mut().ok_or_else(|| Unfit("the mail was never created".to_owned()))
}

fn moved(row: &mut NoticeRow, event: &NoticeStatusRecorded) {
    row.status = Some(event.status);
    row.unknown_sends = row.unknown_sends.max(i16::try_from(event.unknown_sends).unwrap_or(i16::MAX));
    if event.notify_id.is_some() {
        row.notify_id.clone_from(&event.notify_id);
    }
    row.delivered_at = (event.status == NotifyStatus::Delivered).then_some(event.at);
}

fn created(recorded: &Recorded<Event>, event: &NoticeCreated) -> NoticeRow {
    let about = (event.notice_id, event.occasion, event.cause);
    let mut row = new_row(recorded, about, &event.school_urn);
    row.partnership_id = event.partnership_id;
    row.cohort = event.cohort;
    row.email_type = Some(event.email_type);
    row.contact = Some(event.contact);
    row.recipient = event.recipient;
    row.token_hash.clone_from(&event.token_hash);
    row.status = Some(NotifyStatus::Created);
    if let SentTo::Mailbox { address } = &event.sent_to {
        row.mailbox = Some(address.clone());
    }
    row
}

fn nobody(recorded: &Recorded<Event>, event: &NoContactFound) -> NoticeRow {
    let mut row = new_row(recorded, (event.notice_id, event.occasion, event.cause), &event.school_urn);
    row.partnership_id = event.partnership_id;
    row.cohort = event.cohort;
    row.no_contact = Some(event.reason);
    row
}

fn new_row(
    recorded: &Recorded<Event>,
    (notice_id, occasion, cause): (NoticeId, NoticeOccasion, EventId),
    school_urn: &Urn,
) -> NoticeRow {
    NoticeRow {
        stream: recorded.stream.clone(),
        notice_id,
        occasion,
        email_type: None,
        partnership_id: None,
        school_urn: school_urn.clone(),
        cohort: None,
        cause,
        contact: None,
        mailbox: None,
        recipient: None,
        token_hash: None,
        status: None,
        notify_id: None,
        delivered_at: None,
        unknown_sends: 0,
        no_contact: None,
        withheld: None,
        created_at: recorded.happened_at,
        updated_at: recorded.happened_at,
        position: recorded.position,
    }
}
