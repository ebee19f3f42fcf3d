//! The commands of the load: a small made-up register, lead providers that race for its schools, schools that object.

use events_schema::ids::PartnershipId;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use tests::history::Key;
use uuid::Uuid;

/// Schools to race for.
pub(crate) const SCHOOLS: u32 = 400;
const LEAD_PROVIDERS: [&str; 3] = ["alpha-learning", "beta-teaching", "gamma-trust"];
const COHORT: &str = "2025";

/// A command on its way.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// Who sends it, and under which id.
    pub(crate) key: Key,
    /// Aggregate and command as the subject has them.
    pub(crate) name: &'static str,
    /// Its body.
    pub(crate) body: Value,
}

impl Sent {
    fn new(actor: impl Into<String>, name: &'static str, body: Value) -> Self {
        Self { key: Key { actor: actor.into(), command_id: Uuid::now_v7() }, name, body }
    }

    /// Where it is sent.
    pub(crate) fn subject(&self) -> String {
        format!("ledger.v1.cmd.{}.{}", self.key.actor, self.name)
    }
}

/// Everything that recruiting needs to be known first.
pub(crate) fn reference() -> Vec<Sent> {
    let import = |name, body| Sent::new("system_import", name, body);
    let cohort = json!({"cohort": COHORT, "academic_year_start": "2025-09-01"});
    let partner = json!({"delivery_partner_id": "delta-hub", "name": "Delta Hub"});
    let mut sent =
        vec![import("reference.import-cohort", cohort), import("reference.import-delivery-partner", partner)];
    for id in LEAD_PROVIDERS {
        sent.push(import("reference.import-lead-provider", json!({"lead_provider_id": id, "name": id})));
        let pairing = json!({"lead_provider_id": id, "delivery_partner_id": "delta-hub", "cohort": COHORT});
        sent.push(import("reference.import-provider-pairing", pairing));
    }
    sent.extend((0..SCHOOLS).map(|number| import("school.import-school", json!({"entry": school(number)}))));
    sent
}

/// Some lead provider confirms some school; whether it is free is not known.
pub(crate) fn confirm(random: &mut StdRng) -> Sent {
    let lead_provider = LEAD_PROVIDERS[random.random_range(0..LEAD_PROVIDERS.len())];
    let urn = urn(random.random_range(0..SCHOOLS));
    let body = json!({"school_urn": urn, "cohort": COHORT, "delivery_partner_id": "delta-hub"});
    Sent::new(format!("lead-provider_{lead_provider}"), "school-partnership.confirm-recruitment", body)
}

/// The school of a stream says that its partnership is a mistake, so that it is free again.
pub(crate) fn report(stream: &str, partnership: PartnershipId) -> Option<Sent> {
    let urn = stream.strip_prefix("school_partnership-")?.split('-').next()?;
    let body = json!({"partnership_id": partnership, "reason": "mistake"});
    Some(Sent::new(format!("school_{urn}"), "school-partnership.report-partnership-mistake", body))
}

fn urn(number: u32) -> String {
    (900_000 + number).to_string()
}

fn school(number: u32) -> Value {
    json!({
        "urn": urn(number), "name": format!("Made-up School {number}"), "la_code": "202", "la_name": "Camden",
        "la_in_england": true, "type_code": 1, "type_name": "Community school", "status_code": 1,
        "status_name": "Open", "phase_name": "Primary", "town": "London", "postcode": "N1 1AA",
        "main_email": format!("office@school-{number}.example.invalid"), "alternative_email": "",
        "section_41_approved": false, "district_code": "E09000007"
    })
}
