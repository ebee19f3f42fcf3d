//! A replay that is kept can be interrupted at any point and comes to the same rows; two pasts can be compared.

use std::sync::atomic::{AtomicUsize, Ordering};

use events_schema::events::{Event, school_partnership::SchoolPartnershipEvent::RecruitmentConfirmed};
use projections::{End, Progress, ViewFault, compare, drop_scratch, replay_as_of, replay_kept};

use super::{history::History, live::Live};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_replay_goes_on_to_the_same_rows() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 91).await;
    history.play(120).await;
    let end = End::Position(live.log.head().await.expect("a head").position);
    history.play(40).await;
    for views in [1, 4, 8] {
        let reached = AtomicUsize::new(0);
        let name = format!("interrupted_{views}");
        let mut count = |_: Progress| {
            reached.fetch_add(1, Ordering::Relaxed);
        };
        tokio::select! {
            kept = replay_kept(&live.projector, &live.log, (&name, end), &mut count) => {
                drop(kept.expect("replayed before it was interrupted"));
            }
            () = async { while reached.load(Ordering::Relaxed) < views { tokio::task::yield_now().await } } => {}
        }
        let kept = replay_kept(&live.projector, &live.log, (&name, end), &mut |_| {}).await.expect("goes on");
        let whole = replay_as_of(&live.projector, &live.log, end, &mut |_| {}).await.expect("replayed");
        assert_eq!(kept.position, whole.position);
        assert_eq!(live.digests(Some(&kept.name)).await, live.digests(Some(&whole.name)).await);
        let other = replay_kept(&live.projector, &live.log, (&name, End::Position(3)), &mut |_| {}).await;
        assert!(matches!(other, Err(ViewFault::OtherReplay { .. })));
        drop_scratch(&live.projector, &whole.name).await.expect("dropped");
    }
}

#[tokio::test]
async fn what_changed_between_two_moments_is_told_with_the_events_that_did_it() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 92).await;
    history.play(60).await;
    let before = live.log.head().await.expect("a head").position;
    history.play(60).await;
    let after = live.log.head().await.expect("a head").position;
    let past = async |position| replay_as_of(&live.projector, &live.log, End::Position(position), &mut |_| {}).await;
    let (earlier, later) = (past(before).await.expect("replayed"), past(after).await.expect("replayed"));
    let changed = compare(&live.projector, &live.log, "school_partnerships", (&earlier, &later)).await;
    let changed = changed.expect("compared");
    let rows: Vec<_> = changed.iter().flat_map(|table| &table.rows).collect();
    assert!(!rows.is_empty());
    for row in &rows {
        assert!(!row.positions.is_empty(), "{row:?} changed by itself");
        assert!(row.positions.iter().all(|position| (before + 1..=after).contains(position)));
    }
    let new = live.log.page(before, i64::MAX).await.expect("the log can be read");
    let recruited =
        new.iter().filter(|event| matches!(&event.event, Event::SchoolPartnership(RecruitmentConfirmed(_))));
    let added = rows.iter().filter(|row| row.before.is_none());
    assert_eq!(added.count(), recruited.count(), "a row is added by each recruitment");
    let same = compare(&live.projector, &live.log, "school_partnerships", (&earlier, &earlier)).await;
    assert!(same.expect("compared").iter().all(|table| table.rows.is_empty()));
}
