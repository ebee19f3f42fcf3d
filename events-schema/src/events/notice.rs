//! What became of a mail to a school, to a provider's users or to a tutor-to-be. Stream: `notice-<id>`, one per mail.
//! The mail's token stands here as a hash only; people's addresses are sealed, a school's mailboxes are not personal.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    codes::{ContactRule, EmailType, NoContactReason, NoticeOccasion, NotifyStatus, WithheldReason},
    heading::Heading,
    ids::{Cohort, EventId, NoticeId, PartnershipId, PersonId, Urn, UserId},
    personal::{HasPersonal, Personal, PersonalField},
};

/// Where a mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SentTo {
    /// To a person, whose key seals name and address.
    Person {
        /// Who.
        person_id: PersonId,
        /// Full name.
        name: Personal<String>,
        /// Mail address.
        email: Personal<String>,
    },
    /// To a mailbox of the school, from the register.
    Mailbox {
        /// Mail address.
        address: String,
    },
}

/// A mail is to be sent: what kind, to whom and by which rule. Its status is `created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeCreated {
    /// Which.
    pub notice_id: NoticeId,
    /// Why it is sent.
    pub occasion: NoticeOccasion,
    /// Which mail it is.
    pub email_type: EmailType,
    /// The partnership, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partnership_id: Option<PartnershipId>,
    /// The school.
    pub school_urn: Urn,
    /// The cohort, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Cohort>,
    /// The event that it tells of: it began the round, broke the partnership, or made the link.
    pub cause: EventId,
    /// By which rule the recipient was chosen.
    pub contact: ContactRule,
    /// To whom.
    pub sent_to: SentTo,
    /// The user who is told, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<UserId>,
    /// SHA-256 of the token in its link, in hexadecimal digits, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_hash: Option<String>,
    /// Until when its link may also nominate an induction tutor (UTC), if it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nominate_until: Option<DateTime<Utc>>,
}

/// There is nobody to send the mail to; somebody at DfE must find a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoContactFound {
    /// The mail that would have been sent.
    pub notice_id: NoticeId,
    /// Why it would have been sent.
    pub occasion: NoticeOccasion,
    /// The partnership, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partnership_id: Option<PartnershipId>,
    /// The school.
    pub school_urn: Urn,
    /// The cohort, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Cohort>,
    /// The event that it would have told of.
    pub cause: EventId,
    /// Why there is nobody.
    pub reason: NoContactReason,
}

/// The mail came further on its way, or to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeStatusRecorded {
    /// Which.
    pub notice_id: NoticeId,
    /// How it stands now; only ever further than before.
    pub status: NotifyStatus,
    /// The carrier's own id of it, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_id: Option<String>,
    /// When the carrier says it came so far (UTC).
    pub at: DateTime<Utc>,
    /// How often it was handed to the carrier without an answer, so that it may have gone out more than once.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknown_sends: u16,
}

/// The mail was not sent after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeWithheld {
    /// Which.
    pub notice_id: NoticeId,
    /// Why.
    pub reason: WithheldReason,
}

/// A partnership was broken; these users are told, one mail each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakRecipientsListed {
    /// The list; it has a stream of its own, as a mail has.
    pub notice_id: NoticeId,
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// The event that broke it.
    pub cause: EventId,
    /// The users of the lead provider, and of the delivery partner where it has any; empty = nobody could be told.
    pub recipients: Vec<UserId>,
}

event_set!(
    /// Events of a mail.
    NoticeEvent {
        NoticeCreated v 1,
        NoContactFound v 1,
        NoticeStatusRecorded v 1,
        NoticeWithheld v 1,
        BreakRecipientsListed v 1,
    }
);

impl HasPersonal for NoContactFound {}
impl HasPersonal for NoticeStatusRecorded {}
impl HasPersonal for NoticeWithheld {}
impl HasPersonal for BreakRecipientsListed {}

impl HasPersonal for NoticeCreated {
    fn person(&self) -> Option<PersonId> {
        match &self.sent_to {
            SentTo::Person { person_id, .. } => Some(*person_id),
            SentTo::Mailbox { .. } => None,
        }
    }
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {
        if let SentTo::Person { name, email, .. } = &mut self.sent_to {
            visit("name", name);
            visit("email", email);
        }
    }
}

impl Heading for NoticeCreated {
    fn heading(&self) -> String {
        let (email, urn, contact) = (self.email_type.spoken(), &self.school_urn, self.contact.spoken());
        format!("A mail is to be sent about school {urn}{} ({email}; contact: {contact})", of_year(self.cohort))
    }
}

impl Heading for NoContactFound {
    fn heading(&self) -> String {
        let (occasion, urn, reason) = (self.occasion.spoken(), &self.school_urn, self.reason.spoken());
        format!("Nobody could be sent the {occasion} about school {urn}{} ({reason})", of_year(self.cohort))
    }
}

impl Heading for NoticeStatusRecorded {
    fn heading(&self) -> String {
        let unknown = match self.unknown_sends {
            0 => String::new(),
            times => format!(", after {times} sendings of unknown outcome"),
        };
        format!("How the mail stands: {}{unknown}", self.status.spoken())
    }
}

impl Heading for NoticeWithheld {
    fn heading(&self) -> String {
        format!("The mail was not sent after all: {}", self.reason.spoken())
    }
}

impl Heading for BreakRecipientsListed {
    fn heading(&self) -> String {
        let told = self.recipients.len();
        format!(
            "The break of the partnership of school {}{} is told to {told} users",
            self.school_urn,
            of_year(Some(self.cohort))
        )
    }
}

fn of_year(cohort: Option<Cohort>) -> String {
    cohort.map_or_else(String::new, |cohort| format!(" for {}", cohort.academic_year()))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u16) -> bool {
    *count == 0
}
