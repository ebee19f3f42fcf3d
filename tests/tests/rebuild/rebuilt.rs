//! Rebuilt equals live, row for row, and nothing stops being readable while it is switched.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use projections::{ViewFault, rebuild};
use sqlx::PgPool;

use super::{history::History, live::Live};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuilt_view_equals_the_live_one_row_for_row_after_a_random_history() {
    let live = Live::new().await;
    let runner = live.run();
    History::begin(&live.store, 42).await.play(600).await;
    live.caught_up().await;
    let before = live.digests(None).await;
    assert!(before.iter().all(|table| table.rows > 0), "every table was put to use: {before:?}");
    let rebuilt = rebuild(&live.projector, &live.log, None, &mut |_| {}).await.expect("rebuilt");
    for table in rebuilt.views.iter().flat_map(|view| &view.tables) {
        assert_eq!(table.differing, Some(0), "{} differs", table.table);
    }
    assert_eq!(live.digests(None).await, before);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_mends_a_view_that_was_wrong_and_the_runner_goes_on_in_the_new_one() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 43).await;
    history.play(150).await;
    live.caught_up().await;
    let right = live.digests(None).await;
    let spoil = "update view_school_partnerships.partnerships set lead_provider_name = 'Wrong' where sequence = 1";
    let spoilt = sqlx::query(spoil).execute(&live.superuser).await.expect("spoilt").rows_affected();
    let one = rebuild(&live.projector, &live.log, Some("school_partnerships"), &mut |_| {}).await.expect("rebuilt");
    let differing = one.views[0].tables[0].differing.expect("compared at the same place");
    assert_eq!(
        differing,
        2 * i64::try_from(spoilt).expect("few"),
        "each spoilt row is lost in one and new in the other"
    );
    assert_eq!(live.digests(None).await, right);
    history.play(50).await;
    live.caught_up().await;
    let rebuilt = rebuild(&live.projector, &live.log, None, &mut |_| {}).await.expect("rebuilt");
    assert!(rebuilt.views.iter().flat_map(|view| &view.tables).all(|table| table.differing == Some(0)));
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_finds_the_whole_view_at_any_time_of_a_rebuild() {
    let live = Live::new().await;
    let runner = live.run();
    History::begin(&live.store, 44).await.play(200).await;
    live.caught_up().await;
    let count = "select count(*) from view_school_partnerships.partnerships";
    let expected: i64 = sqlx::query_scalar(count).fetch_one(&live.superuser).await.expect("counted");
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(read_until(live.superuser.clone(), Arc::clone(&done), (count, expected)));
    for _ in 0..3 {
        rebuild(&live.projector, &live.log, Some("school_partnerships"), &mut |_| {}).await.expect("rebuilt");
    }
    done.store(true, Ordering::Relaxed);
    let reads = reader.await.expect("every read found the whole view");
    assert!(reads > 3, "the reader was at it all the time: {reads}");
    runner.stop().await;
}

async fn read_until(pool: PgPool, done: Arc<AtomicBool>, (count, expected): (&'static str, i64)) -> u32 {
    let mut reads = 0;
    while !done.load(Ordering::Relaxed) {
        let found: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.expect("the view can be read");
        assert_eq!(found, expected);
        reads += 1;
    }
    reads
}

#[tokio::test]
async fn an_unknown_view_is_named_with_those_there_are() {
    let live = Live::new().await;
    let refused = rebuild(&live.projector, &live.log, Some("schools"), &mut |_| {}).await;
    let Err(fault @ ViewFault::Unknown { .. }) = refused else { panic!("{refused:?}") };
    assert!(fault.to_string().contains("reference, school_partnerships"), "{fault}");
}

#[tokio::test]
async fn waiting_for_a_position_that_does_not_come_ends_in_time() {
    let live = Live::new().await;
    let waited = live.views.wait_until(1, Duration::from_millis(50)).await;
    assert!(matches!(waited, Err(ViewFault::NotReached { reached: 0, wanted: 1 })), "{waited:?}");
}
