//! Links by which a school nominates its induction tutor: those it asked for, and those in its notices. A link's events
//! stand in several streams, so its row hangs on a stream of its own, `nomination_link-<id>`, that only this view knows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Recorded, StreamId},
    events::{Event, notice::NoticeEvent, school::SchoolEvent},
    ids::{NominationLinkId, Urn},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A link to nominate an induction tutor.
    keyed NominationLinkRow in "nomination_links", key(stream), index("(token_hash)") {
        /// Its row's own stream.
        stream: StreamId,
        /// Which; a link in a notice has the notice's id.
        link_id: NominationLinkId,
        /// The school.
        school_urn: Urn,
        /// SHA-256 of its token, in hexadecimal digits.
        token_hash: String,
        /// The last instant at which it is good (UTC).
        expires_at: DateTime<Utc>,
        /// When it was opened first (UTC).
        opened_at: Option<DateTime<Utc>>,
    }
}

impl NominationLinkRow {
    /// Whether it is good at an instant; the last instant is inside.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        now <= self.expires_at
    }
}

/// Keeps a row per link.
pub(crate) struct NominationLinks;

enum Step<'e> {
    Made { school_urn: &'e Urn, token_hash: &'e str, expires_at: DateTime<Utc> },
    Opened,
}

impl Projection for NominationLinks {
    type Row = NominationLinkRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        step(&recorded.event).map(|(link, _)| Cow::Owned(StreamId::new("nomination_link", link)))
    }

    fn project(rows: &mut Vec<NominationLinkRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Some((link_id, step)) = step(&recorded.event) else { return Ok(()) };
        match step {
            Step::Made { school_urn, token_hash, expires_at } => rows.push(NominationLinkRow {
                stream: StreamId::new("nomination_link", link_id),
                link_id,
                school_urn: school_urn.clone(),
                token_hash: token_hash.to_owned(),
                expires_at,
                opened_at: None,
            }),
            Step::Opened => {
                let row = rows.last_mut().ok_or_else(|| Unfit(format!("the link {link_id} was never sent")))?;
                row.opened_at.get_or_insert(recorded.happened_at);
            }
        }
        Ok(())
    }
}

fn step(event: &Event) -> Option<(NominationLinkId, Step<'_>)> {
    match event {
        Event::School(SchoolEvent::NominationLinkSent(it)) => {
            let (school_urn, token_hash, expires_at) = (&it.school_urn, it.token_hash.as_str(), it.expires_at);
            Some((it.link_id, Step::Made { school_urn, token_hash, expires_at }))
        }
        Event::School(SchoolEvent::NominationLinkOpened(it)) => Some((it.link_id, Step::Opened)),
        Event::Notice(NoticeEvent::NoticeCreated(it)) => {
            let (expires_at, token_hash) = (it.nominate_until?, it.token_hash.as_deref()?);
            let made = Step::Made { school_urn: &it.school_urn, token_hash, expires_at };
            Some((NominationLinkId(it.notice_id.0), made))
        }
        _ => None,
    }
}
