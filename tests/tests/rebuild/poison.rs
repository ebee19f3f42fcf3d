//! An event that a view cannot handle stops that view, loudly, and no other.

use std::time::Duration;

use projections::ProjectionStatus;
use tokio::time::{Instant, sleep};

use super::{history::History, live::Live};

/// Writes an event past the store, as a release that is newer or broken would.
async fn poison(live: &Live, stream: &str, event_type: &str) -> i64 {
    let insert = "with head as (
            update ledger.log_head set position = position + 1 returning position
        )
        insert into ledger.events
        select head.position, $1, 1, gen_random_uuid(), $2, 1, '{}', '{\"channel\":\"nats\"}', 'system_poison',
               gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), now(), decode(repeat('00', 32), 'hex')
        from head returning position";
    let inserted = sqlx::query_scalar(insert).bind(stream).bind(event_type).fetch_one(&live.superuser).await;
    inserted.expect("a superuser can write anything")
}

async fn stopped(live: &Live, view: &str) -> ProjectionStatus {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let status = live.views.status().await.expect("status");
        let status = status.into_iter().find(|status| status.view == view).expect("the view is there");
        if status.stopped_on.is_some() {
            return status;
        }
        assert!(Instant::now() < deadline, "{view} did not stop: {status:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn reaches(live: &Live, view: &str, position: i64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let status = live.views.status().await.expect("status");
        let status = status.into_iter().find(|status| status.view == view).expect("the view is there");
        if status.checkpoint.position >= position {
            return;
        }
        assert!(Instant::now() < deadline, "{view} did not go on: {status:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_event_stops_the_views_that_want_it_and_no_other() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 47).await;
    history.play(30).await;
    let position = poison(&live, "school_partnership-1-2025", "RecruitmentConfirmed").await;
    history.play(10).await;
    let head = live.log.head().await.expect("a head").position;
    for view in ["school_partnerships", "recruitment_mi", "reference", "audit_trail"] {
        let status = stopped(&live, view).await;
        assert_eq!((status.stopped_on, status.checkpoint.position), (Some(position), position - 1), "{view}");
        assert!(status.error.is_some_and(|error| error.contains("cannot be read")), "{view} says why");
    }
    for view in ["trainees", "trainee_mi"] {
        reaches(&live, view, head).await;
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_nobody_knows_stops_every_view() {
    let live = Live::new().await;
    let runner = live.run();
    History::begin(&live.store, 48).await.play(10).await;
    let position = poison(&live, "trainee-x", "TraineeApplauded").await;
    for view in projections::VIEWS {
        assert_eq!(stopped(&live, view.name).await.stopped_on, Some(position), "{}", view.name);
    }
    runner.stop().await;
    let rebuilt = projections::rebuild(&live.projector, &live.log, Some("trainees"), &mut |_| {}).await;
    assert!(
        rebuilt.is_err_and(|fault| fault.to_string().contains("run a newer one")),
        "a rebuild does not skip either"
    );
}
