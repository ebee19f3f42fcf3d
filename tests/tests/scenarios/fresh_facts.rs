//! A decision rests on what was committed before its command came in, not on what the views had got to.

use serde_json::{Value, json};
use tests::{
    reference::{AMBITION, TEACH_FIRST, recruitment},
    world::World,
};

/// Each race is run as often as this; no race was ever lost in a single go.
const SCHOOLS: std::ops::Range<u32> = 100_001..100_021;

fn recruitment_of_2024(urn: u32) -> Value {
    let mut body = recruitment(urn);
    body["cohort"] = json!("2024");
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_choice_counts_for_the_very_next_confirmation() {
    let world = World::start().await.with_reference().await;
    for urn in SCHOOLS {
        world.school(urn).await;
        world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment_of_2024(urn)).await;
        let choice = json!({ "school_urn": urn.to_string(), "cohort": "2025", "choice": "provider_led" });
        world.accepted(&format!("school_{urn}"), "ChooseProgramme", choice).await;
        world.accepted(AMBITION, "ConfirmRecruitment", recruitment(urn)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_of_last_cohort_counts_for_the_very_next_confirmation() {
    let world = World::start().await.with_reference().await;
    for urn in SCHOOLS {
        world.school(urn).await;
        world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment_of_2024(urn)).await;
        let answer = world.send(AMBITION, "ConfirmRecruitment", recruitment(urn)).await;
        assert_eq!(answer.body["code"], "programme_not_confirmed", "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_that_becomes_eligible_can_be_recruited_at_once() {
    let world = World::start().await.with_reference().await;
    for urn in SCHOOLS {
        let mut closed = tests::reference::entry(urn);
        closed["status_code"] = json!(2);
        closed["status_name"] = json!("Closed");
        world.accepted("system_import", "ImportSchool", json!({ "entry": closed })).await;
        let open = json!({ "entry": tests::reference::entry(urn), "accept_status_change": true });
        world.accepted("system_import", "ImportSchool", open).await;
        world.accepted(AMBITION, "ConfirmRecruitment", recruitment(urn)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_term_counts_for_the_very_next_confirmation() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-10T09:00:00Z", true).await;
    for (urn, not_before) in SCHOOLS.zip(["2025-10-31", "2025-11-30"].iter().cycle()) {
        world.school(urn).await;
        let cohort = json!({
            "cohort": "2025", "academic_year_start": "2025-09-01", "window_not_before": not_before,
        });
        world.accepted("system_import", "ImportCohort", cohort).await;
        let accepted = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        let asked = json!({ "id": accepted["id"], "wait_for": accepted["positions"][0] });
        let shown = world.query(TEACH_FIRST, "partnership", asked).await;
        assert_eq!(shown.body["window_last_day"], **not_before, "{}", shown.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pairing_that_is_withdrawn_binds_the_very_next_confirmation() {
    let world = World::start().await.with_reference().await;
    for urn in SCHOOLS {
        world.school(urn).await;
        world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        world.accepted("system_import", "WithdrawProviderPairing", pairing()).await;
        world.school(urn + 100).await;
        let answer = world.send(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn + 100)).await;
        assert_eq!(answer.body["outcome"], "rejected", "{}", answer.body);
        world.accepted("system_import", "ImportProviderPairing", pairing()).await;
    }
}

fn pairing() -> Value {
    json!({ "lead_provider_id": "teach-first", "delivery_partner_id": "a-hub", "cohort": "2025" })
}
