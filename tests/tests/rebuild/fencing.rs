//! Two projectors at once: one that was stopped and resumes writes nothing; one that was killed is not waited for, one
//! that is only slow is.

use std::{
    env,
    process::{Child, Command, Stdio},
    time::Duration,
};

use event_store::{Log, Role, connect_as};
use projections::{Runner, rebuild};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{history::History, live::Live};

const CHILD: &str = "TRAINING_LEDGER_TEST_PROJECTOR";

/// Not a test by itself: the other process of the test below, a runner until it is killed.
#[tokio::test]
async fn a_projector_in_a_process_of_its_own() {
    let Ok(url) = env::var(CHILD) else { return };
    let pool = connect_as(&url, 10, Role::Projector).await.expect("the projector connects");
    let (_head, head_changes) = watch::channel(0);
    let log = Log::new(pool.clone(), None);
    let _runner = Runner::start(&pool, &log, &head_changes, CancellationToken::new());
    std::future::pending::<()>().await;
}

struct Projector(Child);

impl Projector {
    fn start(url: &str) -> Self {
        let child = Command::new(env::current_exe().expect("this test"))
            .args(["--exact", "fencing::a_projector_in_a_process_of_its_own"])
            .env(CHILD, url)
            .stdout(Stdio::null())
            .spawn();
        Self(child.expect("the test starts itself"))
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().expect("kill is there");
        assert!(sent.success());
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

async fn fences(live: &Live) -> i64 {
    let sum = "select sum(fence)::bigint from (
        select fence from view_trainees.checkpoints union all select fence from view_school_partnerships.checkpoints) each";
    sqlx::query_scalar(sum).fetch_one(&live.superuser).await.expect("fences")
}

async fn let_leases_run_out(live: &Live) {
    set_leases(live, "-infinity").await;
}

async fn set_leases(live: &Live, until: &str) {
    for view in projections::VIEWS {
        let set = format!("update {}.checkpoints set lease_until = '{until}'", view.schema());
        sqlx::query(&set).execute(&live.superuser).await.expect("set");
    }
}

async fn nobody_takes_over(live: &Live, held: i64) {
    let settled = Instant::now() + Duration::from_secs(2);
    while Instant::now() < settled {
        assert_eq!(fences(live).await, held, "nobody takes a lease that is held");
        sleep(Duration::from_millis(100)).await;
    }
}

/// A projector in a process of its own that has come to the head of the log.
async fn held_by_another(live: &Live, history: &mut History<'_>) -> Projector {
    let other = Projector::start(&live.database.url);
    history.play(60).await;
    live.caught_up().await;
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_holder_that_resumes_writes_nothing() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 49).await;
    let other = held_by_another(&live, &mut history).await;
    let held_by_other = fences(&live).await;

    other.signal("-STOP");
    history.play(60).await;
    let_leases_run_out(&live).await;
    let runner = live.run();
    live.caught_up().await;
    let held_by_us = fences(&live).await;
    assert!(held_by_us > held_by_other, "the runner took over");

    other.signal("-CONT");
    history.play(60).await;
    live.caught_up().await;
    nobody_takes_over(&live, held_by_us).await;
    let rebuilt = rebuild(&live.projector, &live.log, None, &mut |_| {}).await.expect("rebuilt");
    assert!(rebuilt.views.iter().flat_map(|view| &view.tables).all(|table| table.differing == Some(0)), "{rebuilt:?}");
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_holder_is_replaced_before_its_leases_run_out() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 50).await;
    let other = held_by_another(&live, &mut history).await;
    drop(other);
    set_leases(&live, "infinity").await;
    history.play(60).await;

    let runner = live.run();
    live.caught_up().await;
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_holder_is_replaced_only_when_its_leases_have_run_out() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 51).await;
    let other = held_by_another(&live, &mut history).await;
    other.signal("-STOP");
    set_leases(&live, "infinity").await;
    let held_by_other = fences(&live).await;
    history.play(60).await;

    let runner = live.run();
    nobody_takes_over(&live, held_by_other).await;
    let_leases_run_out(&live).await;
    live.caught_up().await;
    assert!(fences(&live).await > held_by_other, "the runner took over");
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_whose_connection_was_cut_shows_itself_again_and_goes_on() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 52).await;
    let runner = live.run();
    history.play(60).await;
    live.caught_up().await;
    let cut = "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
        and database = (select oid from pg_database where datname = current_database())";
    let cut: i64 = sqlx::query_scalar(cut).fetch_one(&live.superuser).await.expect("a superuser may cut connections");
    assert_eq!(cut, 1, "one connection shows that the runner is there");

    let standby = live.run();
    history.play(60).await;
    live.caught_up().await;
    runner.stop().await;
    history.play(60).await;
    live.caught_up().await;
    standby.stop().await;
}
