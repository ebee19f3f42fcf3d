//! What happened to a school's partnership in one cohort. Stream: `school_partnership-<URN>-<cohort>`.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    codes::{CameBy, MistakeReason},
    heading::Heading,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, NoticeId, PartnershipId, UploadId, Urn},
    personal::HasPersonal,
};

/// A lead provider as it was named at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedLeadProvider {
    /// Which.
    pub id: LeadProviderId,
    /// Its name then.
    pub name: String,
}

/// A delivery partner as it was named at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedDeliveryPartner {
    /// Which.
    pub id: DeliveryPartnerId,
    /// Its name then.
    pub name: String,
}

/// The period in which the school may report a mistake. Computed once; nothing recomputes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportingWindow {
    /// Version of the policy that computed it.
    pub policy_version: u16,
    /// The policy's first term: calendar days in Europe/London.
    pub days: u16,
    /// The policy's second term, where it was switched on for the cohort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<NaiveDate>,
    /// The last day on which the school may report, in Europe/London, as shown to people.
    pub last_day: NaiveDate,
    /// The last instant inside the window (UTC, microseconds).
    pub closes_at: DateTime<Utc>,
}

/// The row of an uploaded file that a recruitment came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadedRow {
    /// Which upload.
    pub upload_id: UploadId,
    /// The row as a spreadsheet shows it, from 1.
    pub row: u32,
    /// The cell's text as it stood in the file, at most 100 characters of it.
    pub held: String,
}

/// A lead provider states that it recruited the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecruitmentConfirmed {
    /// The new partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The school's name then.
    pub school_name: String,
    /// The cohort.
    pub cohort: Cohort,
    /// Who recruited it.
    pub lead_provider: NamedLeadProvider,
    /// Who will deliver.
    pub delivery_partner: NamedDeliveryPartner,
    /// Until when the school may object; nothing = it cannot, only support can break.
    pub window: Option<ReportingWindow>,
    /// Where it came from, if from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadedRow>,
}

/// The lead provider put another delivery partner in place; a new window runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPartnerChanged {
    /// The partnership; its id stays.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// Whose partnership it is.
    pub lead_provider: NamedLeadProvider,
    /// Who was to deliver until now.
    pub previous: NamedDeliveryPartner,
    /// Who delivers from now on.
    pub delivery_partner: NamedDeliveryPartner,
    /// The window of this round, never earlier than the one before.
    pub window: Option<ReportingWindow>,
}

/// The school says that the recruitment is wrong; the partnership is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnershipMistakeReported {
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// Why.
    pub reason: MistakeReason,
    /// How the person came.
    pub came_by: CameBy,
    /// The notice whose link was used, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_id: Option<NoticeId>,
    /// The lead provider as it stood.
    pub lead_provider: NamedLeadProvider,
    /// The delivery partner as it stood.
    pub delivery_partner: NamedDeliveryPartner,
    /// The last instant at which the report would have been in time.
    pub window_closes_at: DateTime<Utc>,
}

/// DfE support broke the partnership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnershipBrokenBySupport {
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// Why, in the words of the school's reasons.
    pub reason: MistakeReason,
    /// Why support acted; for audit.
    pub audit_reason: String,
    /// Who in DfE's policy engagement team authorised it, by role or ticket.
    pub authorised_by: String,
    /// The lead provider as it stood.
    pub lead_provider: NamedLeadProvider,
    /// The delivery partner as it stood.
    pub delivery_partner: NamedDeliveryPartner,
    /// When the window closes or closed, if there was one.
    pub window_closes_at: Option<DateTime<Utc>>,
}

/// The time in which the school could report a mistake is over, and nobody reported one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportingWindowClosed {
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// The last instant inside the window (UTC, microseconds).
    pub closes_at: DateTime<Utc>,
    /// Whether any notice of the partnership was known to be delivered by then; if none was, support looks into it.
    pub notice_delivered: bool,
}

event_set!(
    /// Events of a school's partnership in one cohort.
    SchoolPartnershipEvent {
        RecruitmentConfirmed v 1,
        DeliveryPartnerChanged v 1,
        PartnershipMistakeReported v 1,
        PartnershipBrokenBySupport v 1,
        ReportingWindowClosed v 1,
    }
);

impl HasPersonal for RecruitmentConfirmed {}
impl HasPersonal for DeliveryPartnerChanged {}
impl HasPersonal for PartnershipMistakeReported {}
impl HasPersonal for PartnershipBrokenBySupport {}
impl HasPersonal for ReportingWindowClosed {}

impl Heading for RecruitmentConfirmed {
    fn heading(&self) -> String {
        let until = self.window.as_ref().map_or_else(
            || "; the school has no window to report a mistake".to_owned(),
            |window| format!("; the school may report a mistake until {}", window.last_day.format("%-d %B %Y")),
        );
        format!(
            "{} confirmed that it recruited {} (URN {}) for {} with {}{until}",
            self.lead_provider.name,
            self.school_name,
            self.school_urn,
            self.cohort.academic_year(),
            self.delivery_partner.name,
        )
    }
}

impl Heading for DeliveryPartnerChanged {
    fn heading(&self) -> String {
        let until = self.window.as_ref().map_or_else(String::new, |window| {
            format!("; the school may report a mistake until {}", window.last_day.format("%-d %B %Y"))
        });
        format!(
            "{} changed the delivery partner of school {} for {} from {} to {}{until}",
            self.lead_provider.name,
            self.school_urn,
            self.cohort.academic_year(),
            self.previous.name,
            self.delivery_partner.name,
        )
    }
}

impl Heading for PartnershipMistakeReported {
    fn heading(&self) -> String {
        format!(
            "School {} reported that its recruitment by {} with {} for {} is a mistake: {}",
            self.school_urn,
            self.lead_provider.name,
            self.delivery_partner.name,
            self.cohort.academic_year(),
            self.reason.spoken(),
        )
    }
}

impl Heading for PartnershipBrokenBySupport {
    fn heading(&self) -> String {
        format!(
            "DfE support broke the partnership of school {} with {} for {} ({}): {}",
            self.school_urn,
            self.lead_provider.name,
            self.cohort.academic_year(),
            self.reason.spoken(),
            self.audit_reason,
        )
    }
}

impl Heading for ReportingWindowClosed {
    fn heading(&self) -> String {
        let delivered =
            if self.notice_delivered { "a notice had arrived" } else { "no notice is known to have arrived" };
        let (urn, year) = (&self.school_urn, self.cohort.academic_year());
        format!("The time of school {urn} to report a mistake about {year} ended; {delivered}")
    }
}
