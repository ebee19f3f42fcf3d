//! What becomes of mails to schools, of links to nominate a tutor and of windows whose time is over.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    codes::{ContactRule, EmailType, NoContactReason, NoticeOccasion, NotifyStatus},
    envelope::StreamId,
    events::{
        Event,
        notice::{NoContactFound, NoticeCreated, NoticeStatusRecorded, SentTo},
        school::{NominationLinkOpened, NominationLinkSent, SchoolEvent},
        school_partnership::{ReportingWindowClosed, SchoolPartnershipEvent},
    },
    ids::{Cohort, EventId, NominationLinkId, NoticeId, PartnershipId, Urn},
};
use rand::{Rng, rngs::StdRng};
use uuid::Uuid;

/// Mails and links as the history remembers them.
#[derive(Default)]
pub(crate) struct Mails {
    sent: Vec<NoticeId>,
    links: Vec<(NominationLinkId, Urn)>,
}

impl Mails {
    /// The next event about a partnership, with its stream.
    pub(crate) fn next(
        &mut self,
        rng: &mut StdRng,
        now: DateTime<Utc>,
        about: &(PartnershipId, Urn, Cohort),
    ) -> (StreamId, Event) {
        match rng.random_range(0..6) {
            0 => window_closed(now, about, rng.random_bool(0.5)),
            1 => self.link(rng, now, &about.1),
            2 => nobody(id(rng), about),
            3 | 4 if !self.sent.is_empty() => self.status(rng, now),
            _ => self.created(id(rng), now, about),
        }
    }

    fn created(&mut self, id: Uuid, now: DateTime<Utc>, about: &(PartnershipId, Urn, Cohort)) -> (StreamId, Event) {
        let notice_id = NoticeId(id);
        self.sent.push(notice_id);
        let created = NoticeCreated {
            notice_id,
            occasion: NoticeOccasion::Notice,
            email_type: EmailType::SchoolEmail,
            partnership_id: Some(about.0),
            school_urn: about.1.clone(),
            cohort: Some(about.2),
            cause: EventId(id),
            contact: ContactRule::MainEmail,
            sent_to: SentTo::Mailbox { address: "office@school.example".to_owned() },
            recipient: None,
            token_hash: Some(format!("{:064x}", id.as_u128())),
            nominate_until: Some(now + TimeDelta::days(21)),
        };
        (StreamId::new("notice", notice_id), Event::Notice(created.into()))
    }

    fn status(&mut self, rng: &mut StdRng, now: DateTime<Utc>) -> (StreamId, Event) {
        let notice_id = self.sent[rng.random_range(0..self.sent.len())];
        let status = if rng.random_bool(0.7) { NotifyStatus::Delivered } else { NotifyStatus::PermanentFailure };
        let recorded = NoticeStatusRecorded { notice_id, status, notify_id: None, at: now, unknown_sends: 0 };
        (StreamId::new("notice", notice_id), Event::Notice(recorded.into()))
    }

    fn link(&mut self, rng: &mut StdRng, now: DateTime<Utc>, school: &Urn) -> (StreamId, Event) {
        let (urn, event): (Urn, SchoolEvent) = if let Some((link_id, school_urn)) = self.links.pop() {
            (school_urn.clone(), NominationLinkOpened { school_urn, link_id }.into())
        } else {
            let (id, school_urn) = (id(rng), school.clone());
            self.links.push((NominationLinkId(id), school_urn.clone()));
            let sent = NominationLinkSent {
                school_urn,
                link_id: NominationLinkId(id),
                token_hash: format!("{:064x}", id.as_u128()),
                contact: ContactRule::MainEmail,
                sent_to: "office@school.example".to_owned(),
                sent_at: now,
                expires_at: now + TimeDelta::days(21),
            };
            (school.clone(), sent.into())
        };
        (StreamId::new("school", urn), Event::School(event))
    }
}

fn window_closed(now: DateTime<Utc>, about: &(PartnershipId, Urn, Cohort), arrived: bool) -> (StreamId, Event) {
    let closed = ReportingWindowClosed {
        partnership_id: about.0,
        school_urn: about.1.clone(),
        cohort: about.2,
        closes_at: now,
        notice_delivered: arrived,
    };
    let stream = StreamId::new("school_partnership", format!("{}-{}", about.1, about.2));
    (stream, Event::SchoolPartnership(SchoolPartnershipEvent::from(closed)))
}

fn nobody(id: Uuid, about: &(PartnershipId, Urn, Cohort)) -> (StreamId, Event) {
    let found = NoContactFound {
        notice_id: NoticeId(id),
        occasion: NoticeOccasion::Notice,
        partnership_id: Some(about.0),
        school_urn: about.1.clone(),
        cohort: Some(about.2),
        cause: EventId(id),
        reason: NoContactReason::NoAddress,
    };
    (StreamId::new("notice", id), Event::Notice(found.into()))
}

fn id(rng: &mut StdRng) -> Uuid {
    Uuid::from_u128(rng.random())
}
