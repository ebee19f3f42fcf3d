//! An event that a view cannot handle stops that view, loudly, and no other.

use std::time::Duration;

use projections::ProjectionStatus;
use tokio::time::{Instant, sleep};

use super::{history::History, live::Live};

/// Changes a stored event behind the store's back, as damage or a broken release would; gives its position.
async fn poison(live: &Live, change: &str, event_type: &str) -> i64 {
    let change = format!(
        "with chosen as (select max(position) as position from ledger.events where event_type = $1)
         update ledger.events set {change} from chosen where events.position = chosen.position
         returning events.position"
    );
    let mut transaction = live.superuser.begin().await.expect("begun");
    let unguard = "alter table ledger.events disable trigger events_stay";
    sqlx::query(unguard).execute(&mut *transaction).await.expect("a superuser can do anything");
    let position = sqlx::query_scalar(&change).bind(event_type).fetch_one(&mut *transaction).await.expect("changed");
    let guard = "alter table ledger.events enable always trigger events_stay";
    sqlx::query(guard).execute(&mut *transaction).await.expect("guarded again");
    transaction.commit().await.expect("committed");
    position
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
    History::begin(&live.store, 47).await.play(80).await;
    let position = poison(&live, "payload = '{}'", "RecruitmentConfirmed").await;
    let head = live.log.head().await.expect("a head").position;
    assert!(position < head, "something follows it");
    let runner = live.run();
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
    History::begin(&live.store, 48).await.play(40).await;
    let position = poison(&live, "event_type = 'TraineeApplauded'", "TraineeRegistered").await;
    let runner = live.run();
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
