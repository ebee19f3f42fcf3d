//! The reading side: scans, places in time, damage that is named instead of skipped.

use event_store::{Fault, Leaf};
use sqlx::Executor;

use crate::given::{append, append_events, database, done, partner, stream};

#[tokio::test]
async fn a_scan_gives_what_the_pages_give() {
    let database = database().await;
    let store = database.store().await;
    let appends = (0..2_500).map(|n| done(&store, append(&store, stream(n), 0)));
    futures::future::join_all(appends).await;
    let pages = store.log().raw_page(0, 5_000).await.expect("readable");
    let mut scanned = 0;
    let compare = |batch: &[Leaf<'_>]| {
        for leaf in batch {
            let event = &pages[scanned];
            assert_eq!(
                (leaf.position, leaf.stream, leaf.version),
                (event.position, event.stream.as_str(), event.version)
            );
            assert_eq!((leaf.event_type, leaf.payload), (event.event.event_type.as_str(), event.event.json.as_str()));
            assert_eq!((leaf.happened(), leaf.recorded()), (event.happened_at, event.recorded_at));
            assert_eq!((leaf.event_id, leaf.actor), (event.event_id.0, event.origin.actor.token().as_str()));
            scanned += 1;
        }
        Ok::<_, Fault>(())
    };
    assert_eq!(store.log().scan((0, i64::MAX), &[], compare).await.expect("readable"), 2_500);
    assert_eq!(scanned, 2_500);
}

#[tokio::test]
async fn a_scan_of_a_part_by_type_visits_just_that() {
    let database = database().await;
    let store = database.store().await;
    for n in 0..10 {
        done(&store, append(&store, stream(n), 0)).await;
    }
    let mut positions = Vec::new();
    let mut visit = |batch: &[Leaf<'_>]| {
        positions.extend(batch.iter().map(|leaf| leaf.position));
        Ok::<_, Fault>(())
    };
    store.log().scan((3, 6), &["DeliveryPartnerImported"], &mut visit).await.expect("readable");
    store.log().scan((0, 10), &["CohortImported"], &mut visit).await.expect("readable");
    assert_eq!(positions, [4, 5, 6]);
    let odd = store.log().scan((0, 10), &["x' or true --"], |_| Ok::<_, Fault>(())).await;
    assert!(matches!(odd, Err(Fault::Invalid { .. })));
}

#[tokio::test]
async fn a_visitor_that_fails_ends_the_scan_with_its_own_error() {
    #[derive(Debug, PartialEq)]
    struct Stopped;
    impl From<Fault> for Stopped {
        fn from(fault: Fault) -> Self {
            panic!("{fault}")
        }
    }
    let database = database().await;
    let store = database.store().await;
    done(&store, append(&store, stream(1), 0)).await;
    assert_eq!(store.log().scan((0, 1), &[], |_| Err(Stopped)).await, Err(Stopped));
}

#[tokio::test]
async fn a_missing_event_stops_every_reader_at_its_position() {
    let database = database().await;
    let store = database.store().await;
    for n in 0..5 {
        done(&store, append(&store, stream("one"), n)).await;
    }
    database.superuser.execute("alter table ledger.events disable trigger all").await.expect("a superuser may");
    database.superuser.execute("delete from ledger.events where position = 3").await.expect("a superuser may");
    let missing = |fault| matches!(fault, Fault::Corrupt { position: 3, .. });
    assert!(missing(store.log().page(0, 10).await.expect_err("a hole")));
    assert!(missing(store.log().scan((0, 5), &[], |_| Ok(())).await.expect_err("a hole")));
    let stream_fault = store.load(&stream("one"), 0).await.expect_err("a hole");
    assert!(matches!(stream_fault, Fault::Corrupt { position: 4, .. }), "{stream_fault}");
}

#[tokio::test]
async fn a_place_in_time_is_the_last_event_recorded_by_then() {
    let database = database().await;
    let store = database.store().await;
    assert_eq!(store.log().position_at(chrono::Utc::now()).await.expect("readable"), 0);
    for n in 0..9 {
        done(&store, append(&store, stream(n), 0)).await;
    }
    let events = store.log().page(0, 10).await.expect("readable");
    for event in &events {
        assert_eq!(store.log().position_at(event.recorded_at).await.expect("readable"), event.position);
        let before = event.recorded_at - chrono::Duration::microseconds(1);
        assert_eq!(store.log().position_at(before).await.expect("readable"), event.position - 1);
    }
}

#[tokio::test]
async fn one_command_may_write_several_events_and_they_stand_together() {
    let database = database().await;
    let store = database.store().await;
    let three = append_events(&store, (stream("one"), 0), vec![partner("A"), partner("B"), partner("C")]);
    let receipt = done(&store, three).await;
    assert_eq!((receipt.positions, receipt.version), (vec![1, 2, 3], 3));
    assert_eq!(store.load(&stream("one"), 1).await.expect("readable").len(), 2);
    assert_eq!(store.log().stream_page(&stream("one"), 0, 2).await.expect("readable").len(), 2);
}
