//! Reference data: cohorts, lead providers, delivery partners, pairings, training providers.
//! An import that brings nothing new writes nothing.

mod decide;
pub mod rejections;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use events_schema::{
    envelope::StreamId,
    events::reference::ReferenceEvent,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, TrainingProviderCode, Ukprn, Urn, parsed, parsed_option},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::ReferenceFacts,
    rejection::Rejection,
};

/// A cohort is set up or its dates change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportCohort {
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
    /// First day of registration.
    #[serde(default)]
    pub registration_from: Option<NaiveDate>,
    /// First day of the academic year.
    pub academic_year_start: NaiveDate,
    /// Last day of automatic assignment.
    #[serde(default)]
    pub automatic_assignment_ends: Option<NaiveDate>,
    /// Second term of the reporting window, if it is switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_not_before: Option<NaiveDate>,
}

/// A lead provider is set up or changes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportLeadProvider {
    /// Which.
    #[serde(deserialize_with = "parsed")]
    pub lead_provider_id: LeadProviderId,
    /// Its name.
    pub name: String,
    /// First cohort under contract.
    #[serde(default, deserialize_with = "parsed_option")]
    pub first_cohort: Option<Cohort>,
    /// Last cohort under contract.
    #[serde(default, deserialize_with = "parsed_option")]
    pub last_cohort: Option<Cohort>,
    /// UK provider reference number.
    #[serde(default, deserialize_with = "parsed_option")]
    pub ukprn: Option<Ukprn>,
}

/// A delivery partner is set up or changes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportDeliveryPartner {
    /// Which.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
    /// Its name.
    pub name: String,
}

/// A lead provider may use a delivery partner in a cohort.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportProviderPairing {
    /// The lead provider.
    #[serde(deserialize_with = "parsed")]
    pub lead_provider_id: LeadProviderId,
    /// The delivery partner.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
}

/// A pairing ends; what was confirmed under it stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawProviderPairing {
    /// The lead provider.
    #[serde(deserialize_with = "parsed")]
    pub lead_provider_id: LeadProviderId,
    /// The delivery partner.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
}

/// A teacher training provider is set up or changes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportTrainingProvider {
    /// Its code.
    #[serde(deserialize_with = "parsed")]
    pub code: TrainingProviderCode,
    /// Operating name.
    pub name: String,
    /// Legal name, if different.
    #[serde(default)]
    pub legal_name: Option<String>,
    /// UK provider reference number.
    #[serde(default, deserialize_with = "parsed_option")]
    pub ukprn: Option<Ukprn>,
    /// Its school's number, if it is one.
    #[serde(default, deserialize_with = "parsed_option")]
    pub urn: Option<Urn>,
    /// `school`, `scitt`, `hei` or another word of the register.
    pub provider_type: String,
    /// Accredited today.
    pub accredited: bool,
    /// Accreditation number.
    #[serde(default)]
    pub accreditation_number: Option<String>,
}

command_set!(
    /// Commands to reference data.
    ReferenceCommand {
        ImportCohort => |command| record("cohort", command.cohort),
        ImportLeadProvider => |command| record("lead_provider", &command.lead_provider_id),
        ImportDeliveryPartner => |command| record("delivery_partner", &command.delivery_partner_id),
        ImportProviderPairing => |command| pairing(&command.lead_provider_id, &command.delivery_partner_id, command.cohort),
        WithdrawProviderPairing => |command| pairing(&command.lead_provider_id, &command.delivery_partner_id, command.cohort),
        ImportTrainingProvider => |command| record("training_provider", &command.code),
    }
);

fn record(kind: &'static str, key: impl std::fmt::Display) -> Target {
    Target::Stream(StreamId::new(Reference::NAME, format_args!("{kind}-{key}")))
}

fn pairing(lead_provider: &LeadProviderId, delivery_partner: &DeliveryPartnerId, cohort: Cohort) -> Target {
    record("pairing", format_args!("{lead_provider}_{delivery_partner}_{cohort}"))
}

/// The state of one reference record: the last event, which says how it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reference {
    /// Nothing before the first import.
    pub last: Option<ReferenceEvent>,
}

impl Aggregate for Reference {
    const NAME: &'static str = "reference";
    type Command = ReferenceCommand;
    type Event = ReferenceEvent;
    type Facts = ReferenceFacts;

    fn decide(&self, command: &ReferenceCommand, _: &ReferenceFacts) -> Result<Vec<ReferenceEvent>, Rejection> {
        match command {
            ReferenceCommand::WithdrawProviderPairing(command) => decide::withdraw(self, command),
            import => decide::import(self, import),
        }
    }

    fn evolve(&mut self, event: &ReferenceEvent) {
        self.last = Some(event.clone());
    }
}
