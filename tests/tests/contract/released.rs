//! A connection that is given back: nothing that was open on it is handed on.

use event_store::connect;
use sqlx::{Executor, PgPool};

use crate::given::{Database, database};

async fn one_connection(database: &Database) -> PgPool {
    connect(database.url(), 1).await.expect("the writer's role may connect")
}

/// Gives a connection back after some statements, the last of which may be refused.
async fn give_back_after(pool: &PgPool, statements: &[&str]) {
    let mut connection = pool.acquire().await.expect("a connection");
    for statement in statements {
        connection.execute(*statement).await.ok();
    }
}

async fn in_transaction(pool: &PgPool) -> bool {
    let mut connection = pool.acquire().await.expect("a connection");
    connection.execute("select pg_sleep(0)").await.expect("no broken transaction was handed on");
    // Outside a transaction every statement is one of its own, with a time of its own.
    let first: String = sqlx::query_scalar("select now()::text").fetch_one(&mut *connection).await.expect("a time");
    let second: String = sqlx::query_scalar("select now()::text").fetch_one(&mut *connection).await.expect("a time");
    first == second
}

#[tokio::test]
async fn no_open_or_broken_transaction_is_handed_on() {
    let database = database().await;
    let pool = one_connection(&database).await;
    for left in [&[][..], &["begin"], &["begin", "select 1"], &["begin", "select 1 / 0"]] {
        give_back_after(&pool, left).await;
        assert!(!in_transaction(&pool).await, "{left:?}");
    }
}
