//! Published events: once each, in order, at the sequence of their position, whatever dies in between.

use std::time::Duration;

use gateway::nats::streams::EVENTS_STREAM;
use serde_json::Value;
use tests::{reference::TEACH_FIRST, world::World};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// The published events once the stream has come to the head of the log, by sequence.
async fn published(world: &World) -> Vec<(u64, Value)> {
    let head = u64::try_from(world.written().await.0).expect("positive");
    let mut stream = timeout(PATIENCE, async {
        loop {
            if let Ok(mut stream) = world.jetstream().get_stream(EVENTS_STREAM).await
                && stream.info().await.is_ok_and(|info| info.state.last_sequence >= head)
            {
                return stream;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the stream comes to the head of the log");
    let count = stream.info().await.expect("readable").state.messages;
    assert_eq!(count, head, "each event once");
    let mut all = Vec::new();
    for sequence in 1..=head {
        let message = stream.get_raw_message(sequence).await.expect("no hole");
        all.push((message.sequence, serde_json::from_slice(&message.payload).expect("JSON")));
    }
    all
}

fn assert_each_at_its_position(events: &[(u64, Value)]) {
    for (sequence, event) in events {
        assert_eq!(event["sequence"], sequence.to_string(), "{event}");
        assert_eq!(event["specversion"], "1.0");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_published_at_its_position_as_a_cloud_event() {
    let world = World::start().await.with_reference().await;
    world.recruited(TEACH_FIRST, 100_001).await;
    let events = published(&world).await;
    assert_each_at_its_position(&events);
    let (_, last) = events.last().expect("the recruitment");
    assert_eq!(last["type"], "training-ledger.RecruitmentConfirmed.v1");
    assert_eq!(last["subject"], "school_partnership-100001-2025");
    assert_eq!(last["actor"], TEACH_FIRST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_that_comes_back_goes_on_where_it_stopped_and_refills_a_lost_stream() {
    let mut world = World::start().await.with_reference().await;
    let before = published(&world).await;
    world.close().await;
    let store = world.store().await;
    drop(store);
    world.open().await;
    world.recruited(TEACH_FIRST, 100_001).await;
    let after = published(&world).await;
    assert_eq!(after[..before.len()], before[..], "nothing twice, nothing changed");
    world.close().await;
    world.jetstream().delete_stream(EVENTS_STREAM).await.expect("lost");
    world.open().await;
    let refilled = published(&world).await;
    assert_eq!(refilled, after);
    assert_each_at_its_position(&refilled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_publishers_at_once_write_every_event_once() {
    let world = World::start().await.with_reference().await;
    let second = gateway::serve::start(world.config(), tokio_util::sync::CancellationToken::new()).await;
    let second = second.expect("a second process of the service");
    for urn in 100_001..100_021 {
        world.recruited(TEACH_FIRST, urn).await;
    }
    assert_each_at_its_position(&published(&world).await);
    second.close().await;
}
