//! Schools that eight lead providers confirm at the same moment, some over NATS, some over HTTP: each has one winner.

use std::{collections::BTreeMap, env};

use events_schema::events::{Event, school_partnership::SchoolPartnershipEvent};
use futures::future::join_all;
use serde_json::{Value, json};
use tests::{
    reference::{IMPORT, recruitment},
    world::World,
};
use uuid::Uuid;

const PROVIDERS: usize = 8;

fn schools() -> u32 {
    if env::var_os("TRAINING_LEDGER_LONG").is_some() { 1_000 } else { 100 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_contested_by_eight_providers_at_once_has_exactly_one() {
    let world = World::start().await.with_reference().await;
    let providers = providers(&world).await;
    for urn in 0..schools() {
        world.school(100_000 + urn).await;
    }
    for urn in 0..schools() {
        let attempts = providers.iter().enumerate().map(|(at, provider)| provider.confirm(&world, (at, 100_000 + urn)));
        let codes = join_all(attempts).await;
        let accepted = codes.iter().filter(|code| *code == "accepted").count();
        let refused = codes.iter().filter(|code| *code == "recruited_by_other_provider").count();
        assert_eq!((accepted, refused), (1, PROVIDERS - 1), "school {urn}: {codes:?}");
    }
    let winners = winners(&world).await;
    assert_eq!(winners.values().sum::<u32>(), schools(), "one partnership per school in the log");
    println!("schools won by each provider: {winners:?}");
}

struct Provider {
    actor: String,
    http: reqwest::Client,
}

impl Provider {
    /// Every other one comes over HTTP; the answer's outcome, or the code of the refusal.
    async fn confirm(&self, world: &World, (at, urn): (usize, u32)) -> String {
        let body = recruitment(urn);
        let answer = if at % 2 == 0 {
            world.send(&self.actor, "ConfirmRecruitment", body).await.body
        } else {
            let request = self.http.post(world.url("/commands/ConfirmRecruitment"));
            let request = request.header("Idempotency-Key", Uuid::now_v7().to_string()).body(body.to_string());
            request.send().await.expect("an answer").json().await.expect("JSON")
        };
        let told = |key: &str| answer[key].as_str().map(str::to_owned);
        told("code").or_else(|| told("outcome")).unwrap_or_else(|| answer.to_string())
    }
}

async fn providers(world: &World) -> Vec<Provider> {
    let mut all = Vec::new();
    for number in 0..PROVIDERS {
        let id = format!("provider-{number}");
        let import = |name: &'static str, body: Value| world.accepted(IMPORT, name, body);
        import("ImportLeadProvider", json!({ "lead_provider_id": id, "name": id })).await;
        let pairing = json!({ "lead_provider_id": id, "delivery_partner_id": "a-hub", "cohort": "2025" });
        import("ImportProviderPairing", pairing).await;
        let actor = format!("lead-provider_{id}");
        let http = world.http(&actor).await;
        all.push(Provider { actor, http });
    }
    all
}

async fn winners(world: &World) -> BTreeMap<String, u32> {
    let recorded = world.log().page(0, 100_000).await.expect("the log can be read");
    let mut winners = BTreeMap::new();
    for recorded in recorded {
        if let Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(event)) = recorded.event {
            *winners.entry(event.lead_provider.id.to_string()).or_default() += 1;
        }
    }
    winners
}
