//! One mail: created with its recipient, then carried, with a status that only moves forward; or withheld; or nobody to
//! send it to. Stream: the notice id, which is derived from the event that the mail tells of.

mod decide;
pub mod rejections;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{NoticeOccasion, NotifyStatus, WithheldReason},
    envelope::StreamId,
    events::notice::NoticeEvent,
    ids::{
        Cohort, DeliveryPartnerId, EventId, LeadProviderId, NominationLinkId, NoticeId, PartnershipId, Urn, UserId,
        parsed, parsed_option,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::NoticeFacts,
    rejection::Rejection,
};

/// A process finds that somebody must be told something by mail.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateNotice {
    /// The mail.
    #[serde(deserialize_with = "parsed")]
    pub notice_id: NoticeId,
    /// Why it is sent.
    pub occasion: NoticeOccasion,
    /// The event that it tells of.
    #[serde(deserialize_with = "parsed")]
    pub cause: EventId,
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// The cohort, if it is about one.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Cohort>,
    /// The partnership, if it is about one.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub partnership_id: Option<PartnershipId>,
    /// A user of a provider, if one is to be told.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub recipient: Option<UserId>,
    /// The nomination link that it brings, if it brings one.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub link_id: Option<NominationLinkId>,
}

/// A process asks who is to be told that a partnership was broken.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListBreakRecipients {
    /// The list.
    #[serde(deserialize_with = "parsed")]
    pub notice_id: NoticeId,
    /// The event that broke it.
    #[serde(deserialize_with = "parsed")]
    pub cause: EventId,
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
    /// Whose partnership it was.
    #[serde(deserialize_with = "parsed")]
    pub lead_provider_id: LeadProviderId,
    /// Who was to deliver.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
}

/// The carrier says how a mail stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordNoticeStatus {
    /// The mail.
    #[serde(deserialize_with = "parsed")]
    pub notice_id: NoticeId,
    /// Its status.
    pub status: NotifyStatus,
    /// The carrier's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_id: Option<String>,
    /// When it came so far (UTC).
    pub at: DateTime<Utc>,
    /// How often it was handed over without an answer.
    #[serde(default)]
    pub unknown_sends: u16,
}

/// The mail is not to be sent after all.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithholdNotice {
    /// The mail.
    #[serde(deserialize_with = "parsed")]
    pub notice_id: NoticeId,
    /// Why.
    pub reason: WithheldReason,
}

command_set!(
    /// Commands to a mail; only processes of the service send them.
    NoticeCommand {
        CreateNotice => |command| Target::Stream(stream(command.notice_id)),
        ListBreakRecipients => |command| Target::Stream(stream(command.notice_id)),
        RecordNoticeStatus => |command| Target::Stream(stream(command.notice_id)),
        WithholdNotice => |command| Target::Stream(stream(command.notice_id)),
    }
);

/// The stream of a mail.
pub fn stream(notice: NoticeId) -> StreamId {
    StreamId::new(Notice::NAME, notice)
}

/// The state of a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notice {
    /// Nobody asked for it.
    #[default]
    Unknown,
    /// It is on its way, or at its end.
    Created(NotifyStatus),
    /// It was not sent after all.
    Withheld,
    /// There was nobody to send it to.
    NoContact,
    /// It is a list of recipients.
    Listed,
}

impl Aggregate for Notice {
    const NAME: &'static str = "notice";
    type Command = NoticeCommand;
    type Event = NoticeEvent;
    type Facts = NoticeFacts;

    fn decide(&self, command: &NoticeCommand, facts: &NoticeFacts) -> Result<Vec<NoticeEvent>, Rejection> {
        match command {
            NoticeCommand::CreateNotice(command) => Ok(decide::create(*self, command, facts)),
            NoticeCommand::ListBreakRecipients(command) => Ok(decide::list(*self, command, facts)),
            NoticeCommand::RecordNoticeStatus(command) => decide::record(*self, command),
            NoticeCommand::WithholdNotice(command) => decide::withhold(*self, command),
        }
    }

    fn evolve(&mut self, event: &NoticeEvent) {
        *self = match event {
            NoticeEvent::NoticeCreated(_) => Self::Created(NotifyStatus::Created),
            NoticeEvent::NoContactFound(_) => Self::NoContact,
            NoticeEvent::NoticeStatusRecorded(recorded) => Self::Created(recorded.status),
            NoticeEvent::NoticeWithheld(_) => Self::Withheld,
            NoticeEvent::BreakRecipientsListed(_) => Self::Listed,
        };
    }
}
