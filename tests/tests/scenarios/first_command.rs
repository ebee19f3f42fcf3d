//! One command to a committed answer, over each door, and what a second sending of it gets.

use serde_json::json;
use tests::{
    reference::{TEACH_FIRST, recruitment},
    world::World,
};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_over_nats_comes_back_committed_with_its_position() {
    let world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let answer = world.send(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
    assert_eq!((answer.status, &answer.body["outcome"]), (200, &json!("accepted")), "{}", answer.body);
    assert_eq!(answer.body["stream"], "school_partnership-100001-2025");
    assert_eq!((&answer.body["version"], &answer.body["repeated"]), (&json!(1), &json!(false)));
    assert_eq!(answer.body["positions"], json!([world.written().await.0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_command_over_http_has_the_same_answer_for_ever() {
    let world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let (id, http) = (Uuid::now_v7(), world.http(TEACH_FIRST).await);
    let first = world.send_as(id, TEACH_FIRST, ("ConfirmRecruitment", recruitment(urn))).await;
    let before = world.written().await;
    let again = http
        .post(world.url("/commands/confirm-recruitment"))
        .header("Idempotency-Key", id.to_string())
        .body(recruitment(urn).to_string())
        .send()
        .await
        .expect("the door is open");
    assert_eq!(again.status(), 200);
    let mut again: serde_json::Value = again.json().await.expect("JSON");
    assert_eq!(again["repeated"], true);
    again["repeated"] = false.into();
    assert_eq!(again, first.body);
    assert_eq!(world.written().await, before);
}
