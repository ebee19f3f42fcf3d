//! Commands left in the queue: decided like any other, told to their sender, parked when they cannot be.

use std::time::Duration;

use async_nats::{HeaderMap, jetstream::stream::Stream};
use futures::StreamExt;
use gateway::nats::{streams, subjects};
use serde_json::{Value, json};
use tests::{
    reference::{TEACH_FIRST, recruitment},
    world::{World, id_header, who},
};
use tokio::time::timeout;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

/// Leaves a message in the queue.
async fn leave(world: &World, subject: String, headers: HeaderMap, body: Value) {
    let sent = world.jetstream().publish_with_headers(subject, headers, body.to_string().into()).await;
    sent.expect("sent").await.expect("stored");
}

fn subject(actor: &str) -> String {
    subjects::queued(&who(actor), gateway::names::find("ConfirmRecruitment").expect("known"))
}

async fn stream(world: &World, name: &str) -> Stream {
    world.jetstream().get_stream(name).await.expect("the service made it")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outcome_of_a_queued_command_comes_on_the_senders_own_subject_and_can_be_read_later() {
    let world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let mut outcomes = world.client.subscribe(format!("{}.{TEACH_FIRST}.>", subjects::OUTCOMES)).await.expect("heard");
    let ids = [Uuid::now_v7(), Uuid::now_v7()];
    for id in ids {
        leave(&world, subject(TEACH_FIRST), id_header(id), recruitment(urn)).await;
    }
    for (id, outcome) in ids.into_iter().zip(["accepted", "rejected"]) {
        let message = timeout(PATIENCE, outcomes.next()).await.expect("in time").expect("an outcome");
        assert!(message.subject.ends_with(&id.to_string()), "in the order of the queue: {}", message.subject);
        let told: Value = serde_json::from_slice(&message.payload).expect("JSON");
        assert_eq!((&told["outcome"], &told["command_id"]), (&json!(outcome), &json!(id)), "{told}");
    }
    let subject = format!("{}.{TEACH_FIRST}.{}", subjects::OUTCOMES, ids[0]);
    let kept = stream(&world, streams::OUTCOMES_STREAM).await.get_last_raw_message_by_subject(&subject).await;
    assert!(kept.is_ok(), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_never_be_decided_is_parked_with_a_reason_and_holds_nobody_up() {
    let world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let before = world.written().await;
    let mut parked = world.client.subscribe(format!("{}.>", subjects::PARKED)).await.expect("heard");
    let mut outcomes = world.client.subscribe(format!("{}.>", subjects::OUTCOMES)).await.expect("heard");
    leave(&world, subject(TEACH_FIRST), HeaderMap::new(), recruitment(urn)).await;
    leave(&world, format!("{}.nobody.x.y", subjects::QUEUE), id_header(Uuid::now_v7()), json!({})).await;
    let poison = Uuid::now_v7();
    leave(&world, subject(TEACH_FIRST), id_header(poison), json!({ "nul": "\0" })).await;
    let good = Uuid::now_v7();
    leave(&world, subject(TEACH_FIRST), id_header(good), recruitment(urn)).await;
    for code in ["missing_command_id", "wrong_subject", "control_character"] {
        let message = timeout(PATIENCE, parked.next()).await.expect("in time").expect("parked");
        let headers = message.headers.expect("a reason");
        assert_eq!(headers.get("Ledger-Parked-Code").map(ToString::to_string).as_deref(), Some(code));
    }
    for (id, outcome) in [(poison, "rejected"), (good, "accepted")] {
        let message = timeout(PATIENCE, outcomes.next()).await.expect("in time").expect("an outcome");
        let told: Value = serde_json::from_slice(&message.payload).expect("JSON");
        assert_eq!((&told["command_id"], &told["outcome"]), (&json!(id), &json!(outcome)), "{told}");
    }
    assert_eq!(world.written().await, (before.0 + 1, before.1 + 1), "only the good one was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_queued_while_the_service_was_away_is_decided_when_it_comes_back() {
    let mut world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let mut outcomes = world.client.subscribe(format!("{}.>", subjects::OUTCOMES)).await.expect("heard");
    world.close().await;
    leave(&world, subject(TEACH_FIRST), id_header(Uuid::now_v7()), recruitment(urn)).await;
    world.open().await;
    let message = timeout(PATIENCE, outcomes.next()).await.expect("in time").expect("an outcome");
    let told: Value = serde_json::from_slice(&message.payload).expect("JSON");
    assert_eq!(told["outcome"], "accepted", "{told}");
}
