//! What a mail answers, one function per command. Asked twice, it answers once: the id of a mail says what it is about.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    codes::{ContactRule, EmailType, NoContactReason, NoticeOccasion, NotifyStatus},
    events::notice::{
        BreakRecipientsListed, NoContactFound, NoticeCreated, NoticeEvent, NoticeStatusRecorded, NoticeWithheld, SentTo,
    },
    personal::Personal,
};

use super::{CreateNotice, ListBreakRecipients, Notice, RecordNoticeStatus, WithholdNotice, rejections as refused};
use crate::{
    facts::{Contact, NoticeFacts},
    rejection::Rejection,
    school::LINK_DAYS,
};

type Decision = Result<Vec<NoticeEvent>, Rejection>;

/// Nothing is sent about what is over by now: a broken partnership, an older round, a window that closed before its
/// reminder.
pub(super) fn create(state: Notice, command: &CreateNotice, facts: &NoticeFacts) -> Vec<NoticeEvent> {
    if state != Notice::Unknown || is_over(command, facts) {
        return vec![];
    }
    vec![match &facts.contact {
        Ok(contact) => created(command, contact, facts).into(),
        Err(reason) => no_contact(command, *reason).into(),
    }]
}

/// Who is told stands in an event, so that it is the same people however often it is asked.
pub(super) fn list(state: Notice, command: &ListBreakRecipients, facts: &NoticeFacts) -> Vec<NoticeEvent> {
    if state != Notice::Unknown {
        return vec![];
    }
    let listed = BreakRecipientsListed {
        notice_id: command.notice_id,
        partnership_id: command.partnership_id,
        school_urn: command.school_urn.clone(),
        cohort: command.cohort,
        cause: command.cause,
        recipients: facts.recipients.clone(),
    };
    vec![listed.into()]
}

/// Carriers speak late, twice and out of order; only what is further than the present status counts.
pub(super) fn record(state: Notice, command: &RecordNoticeStatus) -> Decision {
    let Notice::Created(present) = state else {
        return match state {
            Notice::Withheld => Ok(vec![]),
            _ => Err(refused::unknown_notice(command.notice_id)),
        };
    };
    if rank(command.status) <= rank(present) {
        return Ok(vec![]);
    }
    let recorded = NoticeStatusRecorded {
        notice_id: command.notice_id,
        status: command.status,
        notify_id: command.notify_id.clone(),
        at: command.at,
        unknown_sends: command.unknown_sends,
    };
    Ok(vec![recorded.into()])
}

/// What the carrier has can no longer be held back.
pub(super) fn withhold(state: Notice, command: &WithholdNotice) -> Decision {
    match state {
        Notice::Created(NotifyStatus::Created) => {
            Ok(vec![NoticeWithheld { notice_id: command.notice_id, reason: command.reason }.into()])
        }
        Notice::Unknown => Err(refused::unknown_notice(command.notice_id)),
        _ => Ok(vec![]),
    }
}

/// How far a status is along the way. What arrived has arrived, and what has no mailbox never will; a mail that was
/// given up for a time may still turn out either way.
fn rank(status: NotifyStatus) -> u8 {
    match status {
        NotifyStatus::Created => 0,
        NotifyStatus::Sending => 1,
        NotifyStatus::TechnicalFailure | NotifyStatus::TemporaryFailure => 2,
        NotifyStatus::PermanentFailure | NotifyStatus::Delivered => 3,
    }
}

fn is_over(command: &CreateNotice, facts: &NoticeFacts) -> bool {
    let round = facts.round.as_ref();
    let current = round.is_some_and(|round| round.in_force && round.began_by == command.cause);
    let window_is_open = round.and_then(|round| round.closes_at);
    let window_is_open = window_is_open.is_some_and(|closes_at| facts.circumstances.received_at <= closes_at);
    match command.occasion {
        NoticeOccasion::Notice => !current,
        NoticeOccasion::Reminder => !current || !window_is_open,
        NoticeOccasion::MistakeReported | NoticeOccasion::NominationLink => false,
    }
}

fn created(command: &CreateNotice, contact: &Contact, facts: &NoticeFacts) -> NoticeCreated {
    let email_type = email_type(command.occasion, contact.rule);
    NoticeCreated {
        notice_id: command.notice_id,
        occasion: command.occasion,
        email_type,
        partnership_id: command.partnership_id,
        school_urn: command.school_urn.clone(),
        cohort: command.cohort,
        cause: command.cause,
        contact: contact.rule,
        sent_to: sent_to(contact),
        recipient: command.recipient,
        token_hash: facts.token_hash.clone(),
        nominate_until: nominate_until(email_type, facts.circumstances.received_at),
    }
}

fn no_contact(command: &CreateNotice, reason: NoContactReason) -> NoContactFound {
    NoContactFound {
        notice_id: command.notice_id,
        occasion: command.occasion,
        partnership_id: command.partnership_id,
        school_urn: command.school_urn.clone(),
        cohort: command.cohort,
        cause: command.cause,
        reason,
    }
}

fn sent_to(contact: &Contact) -> SentTo {
    match &contact.person {
        Some((person_id, name)) => SentTo::Person {
            person_id: *person_id,
            name: Personal::Open(name.0.clone()),
            email: Personal::Open(contact.address.0.clone()),
        },
        None => SentTo::Mailbox { address: contact.address.0.clone() },
    }
}

fn email_type(occasion: NoticeOccasion, contact: ContactRule) -> EmailType {
    let to_tutor = contact == ContactRule::Tutor;
    match occasion {
        NoticeOccasion::Notice if to_tutor => EmailType::InductionCoordinatorEmail,
        NoticeOccasion::Notice => EmailType::SchoolEmail,
        NoticeOccasion::Reminder if to_tutor => EmailType::InductionCoordinatorReminderEmail,
        NoticeOccasion::Reminder => EmailType::SchoolReminderEmail,
        NoticeOccasion::MistakeReported => EmailType::MistakeReportedEmail,
        NoticeOccasion::NominationLink => EmailType::NominateSitEmail,
    }
}

/// A school without a tutor is asked to nominate one: the same link does it, for as long as any nomination link.
fn nominate_until(email_type: EmailType, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    matches!(email_type, EmailType::SchoolEmail | EmailType::SchoolReminderEmail)
        .then(|| now + TimeDelta::days(LINK_DAYS))
}
