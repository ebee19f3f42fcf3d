//! A connection that is given back: nothing that was open on it is handed on, and nothing is said about it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use event_store::connect;
use sqlx::{Executor, PgPool};
use tracing::{Event, Metadata, Subscriber, span};

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

/// Counts what the server says besides its answers.
struct Notices(Arc<AtomicUsize>);

impl Subscriber for Notices {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn giving_back_what_is_in_order_makes_the_server_say_nothing() {
    let database = database().await;
    let pool = one_connection(&database).await;
    let notices = Arc::new(AtomicUsize::new(0));
    let _listening = tracing::subscriber::set_default(Notices(Arc::clone(&notices)));
    for _ in 0..3 {
        give_back_after(&pool, &["select 1"]).await;
    }
    drop(pool.acquire().await.expect("given back by now"));
    assert_eq!(notices.load(Ordering::Relaxed), 0);
    // The listening is no pretence: what the server does say is counted.
    give_back_after(&pool, &["rollback"]).await;
    assert_eq!(notices.load(Ordering::Relaxed), 1);
}
