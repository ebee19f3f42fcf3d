//! What a replay shows of the past is what the live views showed then.

use projections::{End, TableDigest, drop_scratch, replay_as_of};

use super::{history::History, live::Live};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_as_of_twenty_past_points_equals_what_was_live_then() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 45).await;
    let mut points: Vec<(i64, Vec<TableDigest>)> = Vec::new();
    for _ in 0..20 {
        history.play(20).await;
        points.push((live.caught_up().await, live.digests(None).await));
    }
    runner.stop().await;
    for (position, then) in points {
        let end = End::Position(position);
        let scratch = replay_as_of(&live.projector, &live.log, end, &mut |_| {}).await.expect("replayed");
        assert_eq!(scratch.position, position);
        assert_eq!(live.digests(Some(&scratch.name)).await, then, "as of {position}");
        drop_scratch(&live.projector, &scratch.name).await.expect("dropped");
    }
}

#[tokio::test]
async fn a_replay_as_of_an_instant_ends_with_what_had_happened_by_then() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 46).await;
    history.play(40).await;
    let instant = history.now();
    let position = live.log.head().await.expect("a head").position;
    history.later(chrono::TimeDelta::days(1));
    history.play(40).await;
    let by_instant = replay_as_of(&live.projector, &live.log, End::Instant(instant), &mut |_| {}).await;
    let by_position = replay_as_of(&live.projector, &live.log, End::Position(position), &mut |_| {}).await;
    let (by_instant, by_position) = (by_instant.expect("replayed"), by_position.expect("replayed"));
    assert_eq!(by_instant.position, position);
    assert_eq!(live.digests(Some(&by_instant.name)).await, live.digests(Some(&by_position.name)).await);
}

#[tokio::test]
async fn only_a_scratch_schema_can_be_dropped() {
    let live = Live::new().await;
    for name in ["view_reference", "as_of_1; drop schema ledger", "ledger"] {
        assert!(drop_scratch(&live.projector, name).await.is_err(), "{name}");
    }
}
