//! Who is told what by mail, and when (DOMAIN 3.6): each round of notices has a first notice at once and a reminder seven
//! days after it began, at the same instant of the day in UTC; a break is told to the provider's users, one mail each.
//! The end of each window is a command of its own, so that no window ends in silence.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    codes::NoticeOccasion,
    envelope::Recorded,
    events::{
        Event,
        notice::{BreakRecipientsListed, NoticeEvent},
        school::{NominationLinkSent, SchoolEvent},
        school_partnership::{ReportingWindow, SchoolPartnershipEvent as Partnership},
    },
    ids::{Cohort, DeliveryPartnerId, EventId, LeadProviderId, NoticeId, PartnershipId, Urn, UserId},
};
use uuid::Uuid;

use super::process::{Begins, Deadline, Process};
use crate::{
    command::Command,
    notice::{CreateNotice, ListBreakRecipients, NoticeCommand},
    school_partnership::{CloseReportingWindow, SchoolPartnershipCommand},
};

/// The process. On an older log it begins with the next event: schools are not told of recruitments of years ago.
pub static NOTICES: Process = Process {
    name: "notices",
    events: &[
        "RecruitmentConfirmed",
        "DeliveryPartnerChanged",
        "PartnershipMistakeReported",
        "PartnershipBrokenBySupport",
        "BreakRecipientsListed",
        "NominationLinkSent",
    ],
    begins: Begins::NextEvent,
    react,
    deadlines,
};

/// Ids of mails come from here.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c1d_52aa_90b3_4f6e_8b11_64d0_3e5f_a902);
const REMINDER_AFTER: TimeDelta = TimeDelta::days(7);
/// `closes_at` is the last instant inside; clocks and deadlines count microseconds.
const JUST_AFTER: TimeDelta = TimeDelta::microseconds(1);

/// The mail for an occasion that an event gives, to one user if it is to one of several: always the same.
pub fn notice_id(cause: EventId, occasion: NoticeOccasion, recipient: Option<UserId>) -> NoticeId {
    let to = recipient.map_or_else(String::new, |user| format!(" {user}"));
    NoticeId(Uuid::new_v5(&NAMESPACE, format!("{cause} {occasion}{to}").as_bytes()))
}

fn react(event: &Recorded<Event>) -> Vec<Command> {
    let commands = match &event.event {
        Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
            let providers = (&it.lead_provider.id, &it.delivery_partner.id);
            vec![recipients(event.event_id, (it.partnership_id, &it.school_urn, it.cohort), providers)]
        }
        Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => {
            let providers = (&it.lead_provider.id, &it.delivery_partner.id);
            vec![recipients(event.event_id, (it.partnership_id, &it.school_urn, it.cohort), providers)]
        }
        Event::Notice(NoticeEvent::BreakRecipientsListed(listed)) => told(listed),
        Event::School(SchoolEvent::NominationLinkSent(sent)) => vec![link(event.event_id, sent)],
        _ => Round::of(event).map(|round| round.notice(NoticeOccasion::Notice)).into_iter().collect(),
    };
    commands.into_iter().map(Command::Notice).collect()
}

fn deadlines(event: &Recorded<Event>) -> Vec<Deadline> {
    let Some(round) = Round::of(event) else { return vec![] };
    let reminder = Deadline {
        due_at: round.began_at + REMINDER_AFTER,
        command: Command::Notice(round.notice(NoticeOccasion::Reminder)),
    };
    std::iter::once(reminder).chain(round.end()).collect()
}

/// A round of notices, from the event that began it.
struct Round<'e> {
    event: EventId,
    began_at: DateTime<Utc>,
    partnership: (PartnershipId, &'e Urn, Cohort),
    window: Option<&'e ReportingWindow>,
}

impl<'e> Round<'e> {
    fn of(event: &'e Recorded<Event>) -> Option<Self> {
        let (partnership, window) = match &event.event {
            Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => {
                ((it.partnership_id, &it.school_urn, it.cohort), it.window.as_ref())
            }
            Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => {
                ((it.partnership_id, &it.school_urn, it.cohort), it.window.as_ref())
            }
            _ => return None,
        };
        Some(Self { event: event.event_id, began_at: event.happened_at, partnership, window })
    }

    fn notice(&self, occasion: NoticeOccasion) -> NoticeCommand {
        about(self.partnership, (self.event, occasion, None)).into()
    }

    fn end(&self) -> Option<Deadline> {
        let window = self.window?;
        let close = CloseReportingWindow { partnership_id: self.partnership.0, closes_at: window.closes_at };
        let command = Command::SchoolPartnership(SchoolPartnershipCommand::from(close));
        Some(Deadline { due_at: window.closes_at + JUST_AFTER, command })
    }
}

fn about(
    (partnership_id, school_urn, cohort): (PartnershipId, &Urn, Cohort),
    (cause, occasion, recipient): (EventId, NoticeOccasion, Option<UserId>),
) -> CreateNotice {
    CreateNotice {
        notice_id: notice_id(cause, occasion, recipient),
        occasion,
        cause,
        school_urn: school_urn.clone(),
        cohort: Some(cohort),
        partnership_id: Some(partnership_id),
        recipient,
        link_id: None,
    }
}

fn recipients(
    cause: EventId,
    (partnership_id, school_urn, cohort): (PartnershipId, &Urn, Cohort),
    (lead_provider, delivery_partner): (&LeadProviderId, &DeliveryPartnerId),
) -> NoticeCommand {
    ListBreakRecipients {
        notice_id: notice_id(cause, NoticeOccasion::MistakeReported, None),
        cause,
        partnership_id,
        school_urn: school_urn.clone(),
        cohort,
        lead_provider_id: lead_provider.clone(),
        delivery_partner_id: delivery_partner.clone(),
    }
    .into()
}

fn told(listed: &BreakRecipientsListed) -> Vec<NoticeCommand> {
    let partnership = (listed.partnership_id, &listed.school_urn, listed.cohort);
    let to = |user: &UserId| about(partnership, (listed.cause, NoticeOccasion::MistakeReported, Some(*user))).into();
    listed.recipients.iter().map(to).collect()
}

fn link(event: EventId, sent: &NominationLinkSent) -> NoticeCommand {
    CreateNotice {
        notice_id: notice_id(event, NoticeOccasion::NominationLink, None),
        occasion: NoticeOccasion::NominationLink,
        cause: event,
        school_urn: sent.school_urn.clone(),
        cohort: None,
        partnership_id: None,
        recipient: None,
        link_id: Some(sent.link_id),
    }
    .into()
}
