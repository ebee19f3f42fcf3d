//! Shapes that are read or written by hand elsewhere, told here for the document alone.

use events_schema::envelope::Position;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The orders of a list.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub enum SortOrder {
    /// Oldest first.
    #[serde(rename = "created_at")]
    Created,
    /// Newest first.
    #[serde(rename = "-created_at")]
    CreatedLast,
    /// Unchanged for longest first.
    #[serde(rename = "updated_at")]
    Updated,
    /// Last changed first.
    #[serde(rename = "-updated_at")]
    UpdatedLast,
}

/// The body that confirms a school.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmPartnership {
    /// What to confirm.
    pub data: ConfirmPartnershipData,
}

/// What to confirm.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmPartnershipData {
    /// Always `ecf-partnership`.
    #[serde(rename = "type")]
    pub kind: ConfirmPartnershipType,
    /// The school, for when, and with whom.
    pub attributes: ConfirmPartnershipAttributes,
}

/// The type of a confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub enum ConfirmPartnershipType {
    /// A confirmation.
    #[serde(rename = "ecf-partnership")]
    EcfPartnership,
}

/// The school, for when, and with whom.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmPartnershipAttributes {
    /// The start year of the academic year.
    #[schema(example = "2025", pattern = "^20[2-9][0-9]$")]
    pub cohort: String,
    /// The school's URN.
    #[schema(example = "100120", pattern = "^[1-9][0-9]{0,8}$")]
    pub school_id: String,
    /// One of your delivery partners for that cohort.
    #[schema(example = "a-hub", pattern = "^[a-z0-9][a-z0-9-]{0,99}$")]
    pub delivery_partner_id: String,
}

/// The body that changes a delivery partner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePartnership {
    /// What to change.
    pub data: ChangePartnershipData,
}

/// What to change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePartnershipData {
    /// Always `ecf-partnership-update`.
    #[serde(rename = "type")]
    pub kind: ChangePartnershipType,
    /// The partnership's id again, as JSON:API has it; not read.
    #[schema(pattern = "^[0-9a-f-]*$")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The new partner.
    pub attributes: ChangePartnershipAttributes,
}

/// The type of a change.
#[derive(Debug, Serialize, ToSchema)]
pub enum ChangePartnershipType {
    /// A change.
    #[serde(rename = "ecf-partnership-update")]
    EcfPartnershipUpdate,
}

/// The new partner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePartnershipAttributes {
    /// One of your delivery partners for the partnership's cohort.
    #[schema(example = "b-hub", pattern = "^[a-z0-9][a-z0-9-]{0,99}$")]
    pub delivery_partner_id: String,
}

/// The answer to a command that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// `accepted`, or `nothing_to_do` if it was so already.
    pub outcome: ReceiptOutcome,
    /// The command's id.
    pub command_id: Uuid,
    /// Positions of its events in the log.
    pub positions: Vec<Position>,
    /// Its stream.
    pub stream: Option<String>,
    /// The stream's version after it.
    pub version: i64,
    /// The record it made or changed.
    pub id: Option<String>,
    /// Whether this is an answer given before.
    pub repeated: bool,
}

/// How a command that was kept ended.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    /// Committed.
    Accepted,
    /// It was so already.
    NothingToDo,
}

/// A no, as RFC 9457 has it, with the outcome inside.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// `rejected` or `failed`.
    pub outcome: String,
    /// The command's id, if it could be read.
    pub command_id: Option<Uuid>,
    /// Stable code of a refusal.
    pub code: Option<String>,
    /// One sentence for people.
    pub message: String,
    /// The service rule that forbids.
    pub rule: Option<String>,
    /// Whether asking again with the same id can help, if the world is at fault.
    pub retry: Option<bool>,
    /// Whether this is an answer given before.
    pub repeated: Option<bool>,
    /// The kind of problem, as a URN.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the status says.
    pub title: String,
    /// The status.
    pub status: u16,
    /// The message again.
    pub detail: String,
}
