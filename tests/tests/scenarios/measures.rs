//! Measures at both doors: who may ask for which slice, as JSON and as comma separated values, down to the events.

use serde_json::{Value, json};
use tests::{
    reference::{AMBITION, TEACH_FIRST, recruitment},
    world::World,
};

const ANALYST: &str = "analyst_desk-1";

/// Two schools of Teach First, one of which reports a mistake.
async fn two_schools() -> World {
    let world = World::start().await.with_reference().await;
    let mut broken = String::new();
    for urn in [100_001, 100_002] {
        let urn = world.school(urn).await;
        let told = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        told["id"].as_str().expect("a partnership").clone_into(&mut broken);
    }
    let report = json!({ "partnership_id": broken, "reason": "mistake", "came_by": "service" });
    world.accepted("school_100002", "ReportPartnershipMistake", report).await;
    world.caught_up().await;
    world
}

async fn get(world: &World, actor: &str, path: &str) -> (u16, Value) {
    let answer = world.http(actor).await.get(world.url(path)).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_doors_tell_an_analyst_the_same_down_to_the_events() {
    let world = two_schools().await;
    let (status, rate) = get(&world, ANALYST, "/api/v1/measures/report_rate?by=lead_provider&cohort=2025").await;
    assert_eq!(status, 200, "{rate}");
    let row = &rate["rows"][0];
    assert_eq!((&row["recruitments"], &row["reported"], &row["per_100"]), (&json!(2), &json!(1), &json!(50.0)));
    assert_eq!(rate["total"]["provisional"], json!(true));
    let question = json!({ "name": "3", "by": "lead_provider", "cohort": "2025" });
    let over_nats = world.query(ANALYST, "measure", question).await;
    assert_eq!((over_nats.status, &over_nats.body["rows"]), (200, &rate["rows"]));
    let (_, why) = get(&world, ANALYST, "/api/v1/measures/report_rate?explain=reported").await;
    assert_eq!((&why["count"], why["list"][0]["positions"].as_array().map(Vec::len)), (&json!(1), Some(2)));
    let (_, list) = get(&world, ANALYST, "/api/v1/measures").await;
    assert_eq!(list[2]["name"], "report_rate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_measure_leaves_as_a_table_that_runs_nowhere() {
    let world = two_schools().await;
    let path = world.url("/api/v1/measures/report_rate?format=csv&as_of=2999-01-01");
    let answer = world.http(ANALYST).await.get(path).send().await.expect("an answer");
    assert!(answer.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/csv")));
    let text = answer.text().await.expect("text");
    assert_eq!(text, "recruitments,reported,per_100,provisional\n2,1,50.0,true\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_sees_its_own_slice_and_others_none() {
    let world = two_schools().await;
    let (_, own) = get(&world, TEACH_FIRST, "/api/v1/measures/recruitments").await;
    assert_eq!(own["total"]["recruitments"], json!(2));
    let (_, none) = get(&world, AMBITION, "/api/v1/measures/recruitments").await;
    assert_eq!(none["total"]["recruitments"], json!(0));
    let (status, refused) = get(&world, AMBITION, "/api/v1/measures/recruitments?lead_provider=teach-first").await;
    assert_eq!((status, &refused["code"]), (403, &json!("not_permitted")));
    let (status, _) = get(&world, "school_100001", "/api/v1/measures").await;
    assert_eq!(status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_cannot_be_answered_is_told_why() {
    let world = World::start().await.with_reference().await;
    for (path, status, code) in [
        ("colour", 404, "unknown_measure"),
        ("report_rate?by=colour", 400, "invalid_value"),
        ("report_rate?by=status", 422, "not_measured"),
        ("report_rate?colour=red", 400, "invalid_value"),
        ("report_rate?explain=colour", 422, "not_measured"),
        ("report_rate?from=2025-07-02&to=2025-07-01", 422, "not_measured"),
        ("report_rate?lead_provider=nobody", 422, "not_measured"),
        ("report_rate?week=2025-07-01", 422, "not_measured"),
        ("bulk?training_provider=9ZZ", 422, "not_measured"),
        ("report_rate?explain=reported&format=csv", 422, "not_measured"),
        ("report_rate?format=xml", 400, "invalid_value"),
        ("report_rate?trust=%00", 400, "invalid_value"),
        ("report_rate?by=cohort&explain=reported&row=1%7C2", 422, "not_measured"),
    ] {
        let (told, problem) = get(&world, ANALYST, &format!("/api/v1/measures/{path}")).await;
        assert_eq!((told, &problem["code"]), (status, &json!(code)), "{path}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standing_report_is_told_to_dfe_alone_as_of_the_instant_asked_for() {
    let world = two_schools().await;
    let (status, overview) = get(&world, ANALYST, "/api/v1/measures/overview?cohort=2025").await;
    assert_eq!(status, 200, "{overview}");
    assert_eq!((&overview["rows"][0]["Recruitments"], &overview["rows"][0]["Reported"]), (&json!(2), &json!(1)));
    let (_, before) = get(&world, ANALYST, "/api/v1/measures/overview?as_of=2020-01-01").await;
    assert_eq!(before["rows"], json!([]));
    for (actor, asked, status, code) in [
        (TEACH_FIRST, "overview", 403, "not_permitted"),
        (ANALYST, "overview?by=cohort", 422, "not_measured"),
        (ANALYST, "overview?trust=T", 422, "not_measured"),
    ] {
        let (told, problem) = get(&world, actor, &format!("/api/v1/measures/{asked}")).await;
        assert_eq!((told, &problem["code"]), (status, &json!(code)), "{asked}: {problem}");
    }
}
