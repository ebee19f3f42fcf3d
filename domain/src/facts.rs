//! What a decision must know from elsewhere. The rim fills facts in once and records them with the command,
//! so that any decision can be made again later and give the same answer.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    actor::Actor,
    codes::{ContactRule, NoContactReason, ProgrammeChoice},
    events::school::RegisterEntry,
    ids::{Cohort, DeliveryPartnerId, EventId, LeadProviderId, PersonId, Urn, UserId},
    personal::Private,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::policies::teaching_record::Standing;

/// Who asks, when, and an id to give to what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Who.
    pub actor: Actor,
    /// When the service received the command (UTC, microseconds).
    pub received_at: DateTime<Utc>,
    /// UUIDv7 for whatever this command creates.
    pub new_id: Uuid,
}

/// What a recruitment or a change of delivery partner must know of reference data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecruitmentFacts {
    /// The cohort, if it is set up.
    pub cohort: Option<CohortFacts>,
    /// The lead provider that asks, if it is known.
    pub lead_provider: Option<(LeadProviderId, String)>,
    /// The delivery partner that was named, if it is known.
    pub delivery_partner: Option<(DeliveryPartnerId, String)>,
    /// The two are paired for the cohort, and the pairing is not withdrawn.
    pub paired: bool,
    /// The school, if it is in the register.
    pub school: Option<RegisterEntry>,
    /// Some lead provider held the school in the cohort before with a partnership that is not broken.
    pub held_last_cohort: bool,
    /// What the school chose for this cohort, if it is known.
    pub programme_choice: Option<ProgrammeChoice>,
}

/// What a decision must know of a cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortFacts {
    /// Which.
    pub cohort: Cohort,
    /// Second term of the reporting window, if switched on.
    pub window_not_before: Option<NaiveDate>,
}

/// Facts of a decision on a school's partnership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnershipFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// Reference data, for `ConfirmRecruitment` and `ChangeDeliveryPartner`.
    pub recruitment: RecruitmentFacts,
    /// Whether any notice of the partnership is known to have arrived by the end of the window, for
    /// `CloseReportingWindow`.
    #[serde(default)]
    pub notice_delivered: bool,
}

/// Facts of a decision on a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// For a nomination: what is known of the person with this mail address, if anything.
    pub known_person: Option<KnownPerson>,
    /// For a choice of programme: what stands for the cohort by now, if anything; a recruitment or a break may have
    /// put it in place of what the school chose.
    pub programme_choice: Option<ProgrammeChoice>,
    /// For a new nomination link: SHA-256 of its token, in hexadecimal digits.
    #[serde(default)]
    pub link_token_hash: Option<String>,
    /// For the opening of a link that came in a notice: the last instant at which it is good (UTC).
    #[serde(default)]
    pub notice_link_expires_at: Option<DateTime<Utc>>,
}

/// A person who is tutor somewhere already, found by mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPerson {
    /// Under which key.
    pub person_id: events_schema::ids::PersonId,
    /// The name given now is the name known for this address.
    pub same_name: bool,
}

/// Facts of a decision on a support case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// The school and cohort of the partnership that the case is about, if there is such a partnership.
    pub partnership: Option<(Urn, Cohort)>,
}

/// Facts of a decision on a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// The latest round of notices of the partnership that the mail is about, if it is about one.
    pub round: Option<RoundFacts>,
    /// Whom it would go to now, or why there is nobody.
    pub contact: Result<Contact, NoContactReason>,
    /// SHA-256 of the token in its link, in hexadecimal digits, if it is to have one.
    pub token_hash: Option<String>,
    /// The users to be told of a break.
    pub recipients: Vec<UserId>,
}

/// The latest round of notices of a partnership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundFacts {
    /// The event that began it.
    pub began_by: EventId,
    /// Whether the partnership is in force.
    pub in_force: bool,
    /// The last instant of its window (UTC), if it has one.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Whom a mail goes to. Addresses are kept with no command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// By which rule.
    pub rule: ContactRule,
    /// Who it is, and the full name; nothing for a mailbox.
    pub person: Option<(PersonId, Private<String>)>,
    /// Mail address.
    pub address: Private<String>,
}

/// Facts of a decision on a trainee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraineeFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// The provider named by a registration is in the register of training providers.
    pub provider_known: bool,
}

/// Facts of a decision on a hand-over to the teaching record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// How the trainee stands in the log now, if there is a record.
    pub trainee: Option<Standing>,
}

/// Facts of a decision on a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// Who and when.
    pub circumstances: Circumstances,
    /// Something is sealed for the person, or was.
    pub known: bool,
}

/// Facts of a decision on the log's witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogWitnessFacts {
    /// Who and when.
    pub circumstances: Circumstances,
}

/// Facts of a decision on a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingFacts {
    /// Who and when.
    pub circumstances: Circumstances,
}

/// Facts of a decision on an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadFacts {
    /// Who and when.
    pub circumstances: Circumstances,
}

/// Facts of a decision on reference data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFacts {
    /// Who and when.
    pub circumstances: Circumstances,
}
