//! Cohorts, lead providers, delivery partners, pairings and training providers, as imported.
//! Stream: `reference-<kind>-<key>`.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    heading::Heading,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, TrainingProviderCode, Ukprn, Urn},
    personal::HasPersonal,
};

/// A cohort was set up or its dates changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CohortImported {
    /// The cohort.
    pub cohort: Cohort,
    /// First day of registration.
    pub registration_from: Option<NaiveDate>,
    /// First day of the academic year.
    pub academic_year_start: NaiveDate,
    /// Last day of automatic assignment.
    pub automatic_assignment_ends: Option<NaiveDate>,
    /// Second term of the reporting window, if it is switched on for this cohort (DOMAIN 3.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_not_before: Option<NaiveDate>,
}

/// A lead provider was set up or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadProviderImported {
    /// Which.
    pub lead_provider_id: LeadProviderId,
    /// Its name.
    pub name: String,
    /// First cohort under contract, if known.
    pub first_cohort: Option<Cohort>,
    /// Last cohort under contract, if known.
    pub last_cohort: Option<Cohort>,
    /// UK provider reference number, if known.
    pub ukprn: Option<Ukprn>,
}

/// A delivery partner was set up or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPartnerImported {
    /// Which.
    pub delivery_partner_id: DeliveryPartnerId,
    /// Its name.
    pub name: String,
}

/// A lead provider may use a delivery partner in a cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPairingImported {
    /// The lead provider.
    pub lead_provider_id: LeadProviderId,
    /// The delivery partner.
    pub delivery_partner_id: DeliveryPartnerId,
    /// The cohort.
    pub cohort: Cohort,
}

/// A pairing was withdrawn; what was confirmed under it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPairingWithdrawn {
    /// The lead provider.
    pub lead_provider_id: LeadProviderId,
    /// The delivery partner.
    pub delivery_partner_id: DeliveryPartnerId,
    /// The cohort.
    pub cohort: Cohort,
}

/// A teacher training provider was set up or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingProviderImported {
    /// Its code.
    pub code: TrainingProviderCode,
    /// Operating name.
    pub name: String,
    /// Legal name, if different.
    pub legal_name: Option<String>,
    /// UK provider reference number, if known.
    pub ukprn: Option<Ukprn>,
    /// Its school's number, if it is one.
    pub urn: Option<Urn>,
    /// `school`, `scitt`, `hei` or another word of the register.
    pub provider_type: String,
    /// Accredited to train teachers today.
    pub accredited: bool,
    /// Accreditation number, if it has one.
    pub accreditation_number: Option<String>,
}

event_set!(
    /// Events of reference data.
    ReferenceEvent {
        CohortImported v 1,
        LeadProviderImported v 1,
        DeliveryPartnerImported v 1,
        ProviderPairingImported v 1,
        ProviderPairingWithdrawn v 1,
        TrainingProviderImported v 1,
    }
);

impl HasPersonal for CohortImported {}
impl HasPersonal for LeadProviderImported {}
impl HasPersonal for DeliveryPartnerImported {}
impl HasPersonal for ProviderPairingImported {}
impl HasPersonal for ProviderPairingWithdrawn {}
impl HasPersonal for TrainingProviderImported {}

impl Heading for CohortImported {
    fn heading(&self) -> String {
        format!(
            "Cohort {} was set up, starting {}",
            self.cohort.academic_year(),
            self.academic_year_start.format("%-d %B %Y")
        )
    }
}

impl Heading for LeadProviderImported {
    fn heading(&self) -> String {
        format!("Lead provider {} was set up", self.name)
    }
}

impl Heading for DeliveryPartnerImported {
    fn heading(&self) -> String {
        format!("Delivery partner {} was set up", self.name)
    }
}

impl Heading for ProviderPairingImported {
    fn heading(&self) -> String {
        format!(
            "Lead provider {} may work with delivery partner {} for {}",
            self.lead_provider_id,
            self.delivery_partner_id,
            self.cohort.academic_year(),
        )
    }
}

impl Heading for ProviderPairingWithdrawn {
    fn heading(&self) -> String {
        format!(
            "Lead provider {} may no longer work with delivery partner {} for {}",
            self.lead_provider_id,
            self.delivery_partner_id,
            self.cohort.academic_year(),
        )
    }
}

impl Heading for TrainingProviderImported {
    fn heading(&self) -> String {
        format!("Training provider {} ({}) was set up", self.name, self.code)
    }
}
