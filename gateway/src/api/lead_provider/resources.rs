//! What this API shows: partnerships, schools and delivery partners as JSON:API resources.

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{MistakeReason, ProgrammeChoice},
    ids::Cohort,
};
use projections::lead_provider_api::{OwnPartnership, PairedDeliveryPartner, RecruitableSchool};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document<T> {
    /// The record.
    pub data: T,
}

/// A page of records.
#[derive(Debug, Serialize, ToSchema)]
pub struct Collection<T> {
    /// The records.
    pub data: Vec<T>,
}

/// A partnership.
#[derive(Debug, Serialize, ToSchema)]
pub struct Partnership {
    /// Which; a change of delivery partner keeps it, a confirmation after a report makes a new one.
    pub id: Uuid,
    /// Always `partnership`.
    #[serde(rename = "type")]
    pub kind: PartnershipType,
    /// What is known of it.
    pub attributes: PartnershipAttributes,
}

/// The type of a partnership.
#[derive(Debug, Serialize, ToSchema)]
pub enum PartnershipType {
    /// A partnership.
    #[serde(rename = "partnership")]
    Partnership,
}

/// What is known of a partnership. Whose it is, is not said: it is the caller's.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnershipAttributes {
    /// The start year of the academic year.
    #[schema(example = "2025", pattern = "^20[0-9]{2}$")]
    pub cohort: String,
    /// The school's number in the register.
    #[schema(example = "100120")]
    pub urn: String,
    /// The school's id in this API, which is its URN.
    #[schema(example = "100120")]
    pub school_id: String,
    /// Who delivers.
    #[schema(example = "a-hub")]
    pub delivery_partner_id: String,
    /// Its name today.
    pub delivery_partner_name: String,
    /// Whether it is in force.
    pub status: PartnershipStatus,
    /// Why the school, or support, says that it is wrong: `another_provider`, `not_confirmed`, `do_not_recognise`,
    /// `no_ects` or `mistake`.
    #[schema(required, example = "not_confirmed")]
    pub challenged_reason: Option<&'static str>,
    /// When that was.
    #[schema(required)]
    pub challenged_at: Option<DateTime<Utc>>,
    /// The school's induction tutor, if it has named one.
    #[schema(required)]
    pub induction_tutor_name: Option<String>,
    /// The tutor's address; without a tutor the school's own one in the register.
    #[schema(required)]
    pub induction_tutor_email: Option<String>,
    /// When this recruitment was confirmed; never moves.
    pub created_at: DateTime<Utc>,
    /// When the partnership, its school, its delivery partner or its tutor last changed.
    pub updated_at: DateTime<Utc>,
}

/// Whether a partnership is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PartnershipStatus {
    /// In force.
    Active,
    /// Reported by the school as a mistake, or broken by support.
    Challenged,
}

/// A school to recruit.
#[derive(Debug, Serialize, ToSchema)]
pub struct School {
    /// Its URN.
    #[schema(example = "100120")]
    pub id: String,
    /// Always `school`.
    #[serde(rename = "type")]
    pub kind: SchoolType,
    /// What is known of it.
    pub attributes: SchoolAttributes,
}

/// The type of a school.
#[derive(Debug, Serialize, ToSchema)]
pub enum SchoolType {
    /// A school.
    #[serde(rename = "school")]
    School,
}

/// What is known of a school in a cohort.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchoolAttributes {
    /// Its name.
    pub name: String,
    /// Its number in the register.
    #[schema(example = "100120")]
    pub urn: String,
    /// The cohort that was asked for.
    #[schema(example = "2025", pattern = "^20[0-9]{2}$")]
    pub cohort: String,
    /// Whether any lead provider has it in the cohort.
    pub in_partnership: bool,
    /// What the school does in the cohort: `provider_led`, `school_led`, `no_early_career_teachers`, `not_yet_known`,
    /// or an older code.
    #[schema(example = "provider_led")]
    pub induction_programme_choice: String,
    /// When it was first taken over from the register.
    pub created_at: DateTime<Utc>,
    /// When its entry, its choice or its partnership in the cohort last changed.
    pub updated_at: DateTime<Utc>,
}

/// A delivery partner of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPartner {
    /// Which.
    #[schema(example = "a-hub")]
    pub id: String,
    /// Always `delivery-partner`.
    #[serde(rename = "type")]
    pub kind: DeliveryPartnerType,
    /// What is known of it.
    pub attributes: DeliveryPartnerAttributes,
}

/// The type of a delivery partner.
#[derive(Debug, Serialize, ToSchema)]
pub enum DeliveryPartnerType {
    /// A delivery partner.
    #[serde(rename = "delivery-partner")]
    DeliveryPartner,
}

/// What is known of a delivery partner.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPartnerAttributes {
    /// Its name.
    pub name: String,
    /// The start years in which the caller may use it, earliest first.
    pub cohort: Vec<String>,
    /// When it was first set up.
    pub created_at: DateTime<Utc>,
    /// When it, or its pairing with the caller, last changed.
    pub updated_at: DateTime<Utc>,
}

/// An induction tutor as far as name and address can be read.
#[derive(Debug, Default, Clone)]
pub(super) struct Tutor {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl Partnership {
    /// The resource of a partnership; a tutor's address wins over the school's.
    pub(super) fn new(row: OwnPartnership, tutor: Tutor) -> Self {
        let status = if row.broken_at.is_some() { PartnershipStatus::Challenged } else { PartnershipStatus::Active };
        let attributes = PartnershipAttributes {
            cohort: row.cohort.to_string(),
            urn: row.urn.to_string(),
            school_id: row.urn.to_string(),
            delivery_partner_id: row.delivery_partner_id.to_string(),
            delivery_partner_name: row.delivery_partner_name,
            status,
            challenged_reason: row.reason.map(MistakeReason::code),
            challenged_at: row.broken_at,
            induction_tutor_name: tutor.name,
            induction_tutor_email: tutor.email.or(row.register_email),
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self { id: row.id.0, kind: PartnershipType::Partnership, attributes }
    }
}

impl School {
    /// The resource of a school in a cohort.
    pub(super) fn new(row: RecruitableSchool, cohort: Cohort) -> Self {
        let choice = row.programme_choice.unwrap_or(ProgrammeChoice::NotYetKnown);
        let attributes = SchoolAttributes {
            name: row.name,
            urn: row.urn.to_string(),
            cohort: cohort.to_string(),
            in_partnership: row.in_partnership,
            induction_programme_choice: choice.code().to_owned(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self { id: row.urn.to_string(), kind: SchoolType::School, attributes }
    }
}

impl From<PairedDeliveryPartner> for DeliveryPartner {
    fn from(row: PairedDeliveryPartner) -> Self {
        let attributes = DeliveryPartnerAttributes {
            name: row.name,
            cohort: row.cohorts.iter().map(ToString::to_string).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self { id: row.id.to_string(), kind: DeliveryPartnerType::DeliveryPartner, attributes }
    }
}
