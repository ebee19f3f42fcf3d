//! One read-only moment of the views, live or in a scratch schema, in which a question is asked.

use sqlx::{Executor, PgPool, Postgres, Transaction};

use crate::{
    catalogue::VIEWS,
    fault::{During, ViewFault},
    replay::check_scratch,
    what_if::WHAT_IF,
};

/// Begins a moment that stays as it is until it is ended.
pub(super) async fn begin(pool: &PgPool, path: &str) -> Result<Transaction<'static, Postgres>, ViewFault> {
    let mut transaction = pool.begin().await.during("begin a report")?;
    set_up(&mut transaction, path).await.during("begin a report")?;
    Ok(transaction)
}

/// Ends it; nothing was written.
pub(super) async fn end(transaction: Transaction<'static, Postgres>) -> Result<(), ViewFault> {
    transaction.rollback().await.during("end a report")
}

/// Where the tables are: the live views, or a scratch schema.
pub(super) fn search_path(scratch: Option<&str>) -> Result<String, ViewFault> {
    match scratch {
        // What another policy leaves as it is, is read from the live views.
        Some(name) if name.starts_with(WHAT_IF) => check_scratch(name).map(|()| format!("{name}, {}", live())),
        Some(name) => check_scratch(name).map(|()| name.to_owned()),
        None => Ok(live()),
    }
}

fn live() -> String {
    VIEWS.iter().map(crate::View::schema).collect::<Vec<_>>().join(", ")
}

async fn set_up(transaction: &mut Transaction<'static, Postgres>, path: &str) -> Result<(), sqlx::Error> {
    transaction.execute("set transaction isolation level repeatable read read only").await?;
    // Joins and groups over all recruitments stay in memory; compiling a statement takes longer than it runs; a second
    // process helps where much is joined, however many rows it passes on, and shares the small tables joined with.
    sqlx::query(
        "select set_config('search_path', $1, true), set_config('jit', 'off', true),
                set_config('work_mem', '64MB', true), set_config('parallel_tuple_cost', '0', true),
                set_config('min_parallel_table_scan_size', '64kB', true),
                set_config('max_parallel_workers_per_gather', '1', true)",
    )
    .bind(path)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
