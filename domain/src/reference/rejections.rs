//! Why reference data says no: one function per code, each with its rule.

use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId};

use crate::rejection::rejections;

rejections! {
    /// The two were never paired for the cohort.
    unknown_pairing(provider: &LeadProviderId, partner: &DeliveryPartnerId, cohort: Cohort), "partnerships/7.4" =>
        format!(
            "{provider} and {partner} were never paired for {}; check both ids and the cohort.",
            cohort.academic_year(),
        );

    /// Whatever people will read in notices and pages has a name.
    provider_name_missing(), "partnerships/7.4" =>
        "No name was given; every provider and partner needs the name that schools will read.";
}
