//! The writer reads by index, also on a young table of which the planner knows nothing.

use crate::given::{Database, append, append_events, database, done, stream};

const ROUNDS: i64 = 40;

async fn sequential_scans(database: &Database) -> i64 {
    sqlx::query_scalar(
        "select sum(seq_scan)::bigint from pg_stat_user_tables
         where schemaname = 'ledger' and relname in ('events', 'commands')",
    )
    .fetch_one(&database.superuser)
    .await
    .expect("readable")
}

#[tokio::test]
async fn no_append_scans_a_table_however_young() {
    let database = database().await;
    let before = sequential_scans(&database).await;
    let store = database.store().await;
    for round in 0..ROUNDS {
        let appends = (0..40).map(|n| done(&store, append(&store, stream(format!("{round}-{n}")), 0)));
        futures::future::join_all(appends).await;
        let repeated = append_events(&store, (stream(format!("{round}-1")), 1), vec![]);
        done(&store, repeated.clone()).await;
        assert!(done(&store, repeated).await.repeated);
    }
    // A session reports what it did when it ends; the migration's may do so late, with a scan per constraint.
    store.close().await;
    let scans = sequential_scans(&database).await - before;
    assert!(scans < ROUNDS, "{scans} scans in {ROUNDS} rounds of at least three batches");
}
