//! Who sees what, at both doors, once the views have come to the position of a receipt.

use gateway::nats::subjects;
use serde_json::{Value, json};
use tests::{
    reference::{AMBITION, SUPPORT, TEACH_FIRST},
    world::{World, who},
};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_is_seen_by_its_parties_and_by_those_who_look_after_all() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let wait = world.written().await.0;
    let who_sees = [
        (TEACH_FIRST, true),
        ("school_100001", true),
        ("delivery-partner_a-hub", true),
        (SUPPORT, true),
        ("auditor_a1", true),
        ("analyst_a1", true),
        (AMBITION, false),
        ("school_100002", false),
        ("delivery-partner_b-hub", false),
        ("training-provider_1AB", false),
    ];
    for (actor, sees) in who_sees {
        let status = if sees { 200 } else { 404 };
        let by_id = world.query(actor, "partnership", json!({ "id": id, "wait_for": wait })).await;
        assert_eq!(by_id.status, status, "{actor}: {}", by_id.body);
        let of_school = json!({ "school_urn": "100001", "cohort": "2025", "wait_for": wait });
        assert_eq!(world.query(actor, "school-partnership", of_school).await.status, status, "{actor}");
        let http = world.http(actor).await;
        for path in [format!("/partnerships/{id}"), "/schools/100001/partnerships/2025".to_owned()] {
            let answer = http.get(world.url(&path)).send().await.expect("an answer");
            assert_eq!(answer.status(), status, "{actor} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_be_seen_looks_like_what_is_not_there() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let wait = world.written().await.0;
    let theirs = world.query(AMBITION, "partnership", json!({ "id": id, "wait_for": wait })).await;
    let missing = world.query(AMBITION, "partnership", json!({ "id": Uuid::now_v7() })).await;
    assert_eq!(theirs, missing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_that_is_shown_follows_the_clock() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-01T09:00:00Z", true).await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let question = json!({ "id": id, "wait_for": world.written().await.0 });
    let shown = world.query(TEACH_FIRST, "partnership", question.clone()).await;
    assert_eq!(shown.body["state"], "open", "{}", shown.body);
    world.set_clock("2025-06-16T09:00:00Z", true).await;
    assert_eq!(world.query(TEACH_FIRST, "partnership", question).await.body["state"], "settled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_that_does_not_come_is_waited_for_and_then_told() {
    let world = World::start().await;
    let answer = world.query(SUPPORT, "partnership", json!({ "id": Uuid::now_v7(), "wait_for": 1_000_000 })).await;
    assert_eq!((answer.status, &answer.body["code"]), (503, &json!("not_reached")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_to_a_question_has_the_fields_of_a_no_to_a_command() {
    let world = World::start().await;
    let missing = Uuid::now_v7();
    let twice = format!(r#"{{"id":"{missing}","id":"{missing}"}}"#);
    let questions = [
        (json!({ "id": missing }).to_string(), 404, "unknown_record"),
        (json!({ "id": missing, "wait_for": -1 }).to_string(), 400, "invalid_value"),
        (json!({ "id": missing, "wait_for": 1_000_000 }).to_string(), 503, "not_reached"),
        (twice, 400, "duplicate_key"),
    ];
    for (body, status, code) in questions {
        let subject = subjects::query(&who(SUPPORT), "partnership");
        let answer = world.request(subject, async_nats::HeaderMap::new(), body.into_bytes()).await;
        assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)), "{}", answer.body);
        assert_eq!(answer.body["rule"].is_string(), status != 503, "{}", answer.body);
        for field in ["outcome", "message", "type", "title", "detail"] {
            assert!(answer.body[field].as_str().is_some_and(|text| !text.contains("Key(")), "{field}: {}", answer.body);
        }
    }
    let http = world.http(SUPPORT).await;
    for wait_for in ["-1", "soon", "1&wait_for=2"] {
        let answer = http.get(world.url(&format!("/partnerships/{missing}?wait_for={wait_for}"))).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 400, "{wait_for}");
        assert_eq!(answer.json::<Value>().await.expect("a problem")["code"], "invalid_value", "{wait_for}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_readiness_and_schemas_are_there_for_everybody() {
    let world = World::start().await;
    async_nats::rustls::crypto::ring::default_provider().install_default().ok();
    for path in ["/healthcheck", "/readyz", "/schemas/commands/ConfirmRecruitment.json"] {
        let answer = reqwest::get(world.url(path)).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json::<Value>().await.expect("JSON");
    }
}
