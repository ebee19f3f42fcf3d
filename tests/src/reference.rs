//! Reference data for scenarios: a cohort or two, providers, partners, and as many schools as a test wants.

use serde_json::{Value, json};

use crate::world::World;

/// The lead provider that most scenarios are about.
pub const TEACH_FIRST: &str = "lead-provider_teach-first";
/// Another lead provider.
pub const AMBITION: &str = "lead-provider_ambition";
/// DfE support.
pub const SUPPORT: &str = "support_desk";
/// The process that imports.
pub const IMPORT: &str = "system_import";
/// A training provider.
pub const PROVIDER: &str = "training-provider_1AB";
/// Another training provider.
pub const OTHER_PROVIDER: &str = "training-provider_2CD";

impl World {
    /// Cohorts 2024 and 2025, two lead providers, two delivery partners that both may use, two training providers.
    pub async fn with_reference(self) -> Self {
        for (name, body) in reference() {
            self.accepted(IMPORT, name, body).await;
        }
        self
    }

    /// An eligible school.
    pub async fn school(&self, urn: u32) -> u32 {
        self.accepted(IMPORT, "ImportSchool", json!({ "entry": entry(urn) })).await;
        urn
    }

    /// The 2025 recruitment of a new school; its partnership's id.
    pub async fn recruited(&self, lead_provider: &str, urn: u32) -> String {
        self.school(urn).await;
        let confirmed = self.accepted(lead_provider, "ConfirmRecruitment", recruitment(urn)).await;
        confirmed["id"].as_str().expect("the new partnership").to_owned()
    }
}

/// The body that confirms a school for 2025.
pub fn recruitment(urn: u32) -> Value {
    json!({ "school_urn": urn.to_string(), "cohort": "2025", "delivery_partner_id": "a-hub" })
}

/// A school as the register has it.
pub fn entry(urn: u32) -> Value {
    json!({
        "urn": urn.to_string(), "name": format!("Example School {urn}"), "la_code": "301", "la_name": "Exampleshire",
        "la_in_england": true, "type_code": 1, "type_name": "Community school", "status_code": 1,
        "status_name": "Open", "phase_name": "Primary", "town": "Exampleton", "postcode": "EX1 1EX",
        "main_email": "office@school.example", "alternative_email": "", "section_41_approved": false,
        "district_code": "E07000001"
    })
}

/// What must be known before anything can be recruited or registered.
pub fn reference() -> Vec<(&'static str, Value)> {
    let mut all = vec![];
    for year in [2024, 2025] {
        let start = format!("{year}-09-01");
        all.push(("ImportCohort", json!({ "cohort": year.to_string(), "academic_year_start": start })));
    }
    for partner in ["a-hub", "b-hub"] {
        all.push(("ImportDeliveryPartner", json!({ "delivery_partner_id": partner, "name": partner.to_uppercase() })));
    }
    for provider in ["teach-first", "ambition"] {
        all.push(("ImportLeadProvider", json!({ "lead_provider_id": provider, "name": provider.to_uppercase() })));
        for (partner, cohort) in [("a-hub", "2024"), ("a-hub", "2025"), ("b-hub", "2025")] {
            let pairing = json!({ "lead_provider_id": provider, "delivery_partner_id": partner, "cohort": cohort });
            all.push(("ImportProviderPairing", pairing));
        }
    }
    for code in ["1AB", "2CD"] {
        let provider = json!({ "code": code, "name": format!("Provider {code}"), "provider_type": "hei", "accredited": true,
                "ukprn": crate::people::ukprn(code) });
        all.push(("ImportTrainingProvider", provider));
    }
    all
}
