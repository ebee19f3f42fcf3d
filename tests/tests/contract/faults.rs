//! Lost connections, killed backends, poisoned commands: unknown is resolved, and the innocent are not harmed.

use std::pin::pin;

use event_store::{Appended, EventStore, Fault, Verdict};

use crate::{
    given::{Database, append, append_events, database, done, partner, store_at, stream},
    proxy::{Cut, Proxy},
};

async fn assert_sound(database: &Database, events: i64) {
    let store = database.store().await;
    let verdict = store.log().verify(|_| ()).await.expect("readable");
    assert!(matches!(verdict, Verdict::Holds { size, .. } if size == events), "{verdict:?}");
    assert_eq!(store.log().head().await.expect("readable").ledger_position, events);
}

#[tokio::test]
async fn a_connection_lost_at_commit_still_gets_the_first_outcome() {
    let database = database().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_at(&proxy.url).await;
    for (round, cut) in [Cut::After, Cut::Before].into_iter().cycle().take(20).enumerate() {
        proxy.cut_next_commit(cut);
        let wanted = append(&store, stream(round), 0);
        let receipt = done(&store, wanted.clone()).await;
        assert!(!receipt.repeated, "the first answer of this command, {cut:?}");
        assert_eq!(receipt.positions, [i64::try_from(round).expect("small") + 1]);
        assert_eq!(done(&store, wanted).await, event_store::Receipt { repeated: true, ..receipt });
    }
    assert_sound(&database, 20).await;
}

#[tokio::test]
async fn a_whole_batch_lost_at_commit_is_answered_one_by_one() {
    let database = database().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_at(&proxy.url).await;
    proxy.cut_next_commit(Cut::After);
    let appends = (0..100).map(|n| done(&store, append(&store, stream(n), 0)));
    let receipts = futures::future::join_all(appends).await;
    assert!(receipts.iter().all(|receipt| !receipt.repeated));
    assert_sound(&database, 100).await;
}

#[tokio::test]
async fn unknown_is_said_when_nobody_can_be_asked_and_asking_again_tells() {
    let database = database().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_at(&proxy.url).await;
    proxy.cut_next_commit(Cut::After);
    proxy.refuse_connections(true);
    let wanted = append(&store, stream("one"), 0);
    let fault = store.append(wanted.clone()).await.expect_err("nobody can be asked");
    assert!(matches!(fault, Fault::Unknown { command_id } if command_id == wanted.record.origin.command_id), "{fault}");
    assert!(fault.retry());
    proxy.refuse_connections(false);
    let receipt = done(&store, wanted).await;
    assert_eq!((receipt.positions.as_slice(), receipt.repeated), ([1].as_slice(), true));
    assert_sound(&database, 1).await;
}

/// Ends every connection of the service.
async fn kill_backends(database: &Database) -> u64 {
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                where application_name = 'training-ledger' and datname = current_database()";
    sqlx::query(kill).execute(&database.superuser).await.expect("a superuser may").rows_affected()
}

async fn append_until_kept(store: EventStore, caller: u32, commands: u32) {
    for n in 0..commands {
        let wanted = append(&store, stream(format!("{caller}-{n}")), 0);
        while let Err(fault) = store.append(wanted.clone()).await {
            assert!(fault.retry(), "{fault}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_backends_lose_and_double_nothing() {
    let database = database().await;
    let store = database.store().await;
    let (callers, commands) = (8, 60);
    let work = (0..callers).map(|caller| tokio::spawn(append_until_kept(store.clone(), caller, commands)));
    let work: Vec<_> = work.collect();
    let (mut head, mut killed) = (store.head_changes(), 0);
    let mut work = pin!(futures::future::join_all(work));
    // Again and again while there is work, each time after the log moved on.
    let ended = loop {
        killed += kill_backends(&database).await;
        tokio::select! {
            ended = &mut work => break ended,
            moved = head.changed() => moved.expect("the writer lives"),
        }
    };
    assert!(killed > 0, "some were hit");
    assert!(ended.iter().all(Result::is_ok), "a caller does not panic");
    assert_sound(&database, i64::from(callers * commands)).await;
}

#[tokio::test]
async fn a_poisoned_command_fails_alone() {
    let database = database().await;
    // What validation lets through and only the database refuses.
    let poison = "alter table ledger.events add constraint no_poison check (payload::json ->> 'name' <> 'poison')";
    sqlx::query(poison).execute(&database.superuser).await.expect("a superuser may");
    let store = database.store().await;
    let appends = (0..200).map(|n| {
        let name = if n == 77 { "poison" } else { "wholesome" };
        store.append(append_events(&store, (stream(n), 0), vec![partner(name)]))
    });
    let answers = futures::future::join_all(appends).await;
    for (n, answer) in answers.iter().enumerate() {
        match answer {
            Ok(Appended::Done(_)) => assert_ne!(n, 77),
            Err(fault) => assert!(n == 77 && matches!(fault, Fault::Refused { .. }) && !fault.retry(), "{n}: {fault}"),
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_sound(&database, 199).await;
}

#[tokio::test]
async fn a_full_queue_says_busy_and_writes_nothing_of_it() {
    let database = database().await;
    let pool = event_store::connect(database.url(), 2).await.expect("connected");
    let options = event_store::StoreOptions { queue: 2, batch: 1, master_key: crate::given::master_key() };
    let store = event_store::EventStore::open(pool, options).await.expect("opened");
    let appends = (0..50).map(|n| store.append(append(&store, stream(n), 0)));
    let answers = futures::future::join_all(appends).await;
    let busy = answers.iter().filter(|answer| matches!(answer, Err(Fault::Busy { queue: 2 }))).count();
    let kept = answers.iter().filter(|answer| matches!(answer, Ok(Appended::Done(_)))).count();
    assert!(busy > 0 && kept > 0 && busy + kept == 50);
    assert_sound(&database, i64::try_from(kept).expect("small")).await;
}
