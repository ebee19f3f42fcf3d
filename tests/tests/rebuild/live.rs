//! A log with its views kept up to date, in a database of the test's own.

use std::time::Duration;

use event_store::{EventStore, Log, MasterKey, Role, StoreOptions, connect, connect_as};
use projections::{Runner, TableDigest, VIEWS, Views, replay};
use sqlx::PgPool;
use tests::servers::{TestDatabase, database};
use tokio_util::sync::CancellationToken;

/// Everything a test needs; the database goes when it is dropped.
pub(crate) struct Live {
    pub(crate) store: EventStore,
    pub(crate) log: Log,
    pub(crate) views: Views,
    pub(crate) projector: PgPool,
    pub(crate) superuser: PgPool,
    pub(crate) database: TestDatabase,
}

impl Live {
    /// A migrated database, without a runner.
    pub(crate) async fn new() -> Self {
        let database = database().await;
        let superuser = PgPool::connect(&database.url).await.expect("the database is there");
        event_store::migrate(&superuser).await.expect("the log is migrated");
        projections::migrate(&superuser).await.expect("the views are migrated");
        let writer = connect(&database.url, 3).await.expect("the writer connects");
        let options = StoreOptions::new(MasterKey::from_bytes([7; 32]));
        let store = EventStore::open(writer, options).await.expect("the store opens");
        let projector = connect_as(&database.url, 10, Role::Projector).await.expect("the projector connects");
        let reader = connect_as(&database.url, 3, Role::Reader).await.expect("the reader connects");
        let log = Log::new(projector.clone(), None);
        Self { store, log, views: Views::new(reader), projector, superuser, database }
    }

    /// Starts a runner over the views.
    pub(crate) fn run(&self) -> Runner {
        Runner::start(&self.projector, &self.log, &self.store.head_changes(), CancellationToken::new())
    }

    /// Waits until the views stand at the head of the log.
    pub(crate) async fn caught_up(&self) -> i64 {
        let head = self.log.head().await.expect("a head").position;
        self.views.wait_until(head, Duration::from_mins(1)).await.expect("the views follow");
        head
    }

    /// The digest of every table of every view, live or in a scratch schema.
    pub(crate) async fn digests(&self, scratch: Option<&str>) -> Vec<TableDigest> {
        let mut all = Vec::new();
        for view in VIEWS {
            all.extend(replay::digest(&self.projector, view, scratch).await.expect("digests"));
        }
        all
    }
}
