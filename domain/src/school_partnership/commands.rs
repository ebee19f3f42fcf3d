//! What a school's partnership can be asked.

use chrono::{DateTime, Utc};
use events_schema::{
    codes::CameBy,
    events::school_partnership::UploadedRow,
    ids::{Cohort, DeliveryPartnerId, NoticeId, PartnershipId, Urn, parsed, parsed_option},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stream;
use crate::command_set::{Target, command_set};

/// A lead provider (the actor) states that it recruited the school.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRecruitment {
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
    /// Who will deliver.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
    /// The row of an uploaded file, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadedRow>,
}

/// The school (the actor) says that the recruitment is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportPartnershipMistake {
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// `another_provider`, `not_confirmed`, `do_not_recognise`, `no_ects` or `mistake` (DOMAIN 3.4); blank or unknown
    /// ones are refused and kept.
    #[serde(default)]
    pub reason: Option<String>,
    /// How the person came; `service` if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_by: Option<CameBy>,
    /// The notice whose link was used, if one was.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub notice_id: Option<NoticeId>,
}

/// The lead provider (the actor) puts another delivery partner in place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDeliveryPartner {
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// Who delivers from now on.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
}

/// DfE support (the actor) breaks the partnership.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakPartnershipAsSupport {
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// `another_provider`, `not_confirmed`, `do_not_recognise`, `no_ects` or `mistake` (DOMAIN 3.4).
    #[serde(default)]
    pub reason: Option<String>,
    /// Why support acts; for audit, required.
    #[serde(default)]
    pub audit_reason: Option<String>,
    /// Who in DfE's policy engagement team authorised it, by role or ticket; required.
    #[serde(default)]
    pub authorised_by: Option<String>,
}

/// The time in which the school could report a mistake is over.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseReportingWindow {
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// The last instant inside the window that is over (UTC).
    pub closes_at: DateTime<Utc>,
}

command_set!(
    /// Commands to a school's partnership in one cohort.
    SchoolPartnershipCommand {
        ConfirmRecruitment => |command| Target::Stream(stream(&command.school_urn, command.cohort)),
        ReportPartnershipMistake => |command| Target::Partnership(command.partnership_id),
        ChangeDeliveryPartner => |command| Target::Partnership(command.partnership_id),
        BreakPartnershipAsSupport => |command| Target::Partnership(command.partnership_id),
        CloseReportingWindow => |command| Target::Partnership(command.partnership_id),
    }
);
