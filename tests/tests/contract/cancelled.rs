//! Callers that go away at any moment: what they began is done whole or not at all, and no connection is spoilt.

use std::time::Duration;

use event_store::{Append, EventStore, Verdict};
use events_schema::ids::PersonId;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;
use uuid::Uuid;

use crate::given::{append, append_events, database, done, stream, tutor};

const COMMANDS: u64 = 3_000;

/// Appends and goes away after at most three milliseconds; every tenth command has personal fields to seal.
async fn append_and_leave(store: &EventStore, n: u64) -> Append {
    let mut random = StdRng::seed_from_u64(n);
    let wanted = if n.is_multiple_of(10) {
        append_events(store, (stream(n), 0), vec![tutor(PersonId(Uuid::now_v7()), "Ada Example")])
    } else {
        append(store, stream(n), 0)
    };
    let patience = Duration::from_micros(random.random_range(0..3_000));
    drop(tokio::time::timeout(patience, store.append(wanted.clone())).await);
    wanted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_callers_that_leave_lose_nothing_and_leave_no_transaction_open() {
    let database = database().await;
    let store = database.store().await;
    let mut left = Vec::new();
    for round in 0..COMMANDS / 100 {
        let callers = (0..100).map(|n| append_and_leave(&store, round * 100 + n));
        left.extend(futures::future::join_all(callers).await);
    }
    let early = store.log().head().await.expect("readable").position;
    assert!(early > 0, "some were written though nobody waited");
    for wanted in left {
        let receipt = done(&store, wanted).await;
        assert_eq!(receipt.version, 1, "once");
    }
    let verdict = store.log().verify(|_| ()).await.expect("readable");
    let wanted = i64::try_from(COMMANDS).expect("small");
    assert!(matches!(verdict, Verdict::Holds { size, .. } if size == wanted), "{verdict:?}");
    store.close().await;
    let mut idle = idle_in_transaction(&database.superuser).await;
    // A reader that hung up is still there until its backend has noticed; a spoilt connection would stay.
    for _ in 0..500 {
        if idle.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        idle = idle_in_transaction(&database.superuser).await;
    }
    assert_eq!(idle, Vec::<String>::new());
}

async fn idle_in_transaction(superuser: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select concat(state, ' since ', clock_timestamp() - state_change, ': ', query) from pg_stat_activity
         where datname = current_database() and state like 'idle in transaction%'",
    )
    .fetch_all(superuser)
    .await
    .expect("readable")
}
