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
