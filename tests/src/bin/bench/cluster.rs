//! The private cluster that everything is measured on: durable, empty, gone afterwards. One database for each contender.

use event_store::{EventStore, MasterKey, StoreOptions};
use gateway::local::Durability;
use sqlx::{Executor, PgPool, postgres::PgPoolOptions};
use tests::{
    servers::{OwnPostgres, TestDatabase, database_in, own_postgres},
    world::migrate,
};

use crate::{
    Failure,
    ledger::Ledger,
    peer::PostgresEs,
    raw::{ManyRows, OneRow},
};

/// Connections of each peer: more made none of them faster on two cores.
const PEERS_CONNECTIONS: u32 = 32;
/// Connections that this store loads with; its writer has one of its own.
const OUR_CONNECTIONS: u32 = 8;

/// A running cluster.
pub(crate) struct Cluster {
    postgres: OwnPostgres,
}

impl Cluster {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        Self { postgres: own_postgres(Durability::Kept).await }
    }

    /// This store in a database of its own.
    pub(crate) async fn ledger(&self, database: &str) -> Result<Ledger, Failure> {
        self.postgres.create_database(database).await?;
        let url = self.postgres.url(database);
        event_store::migrate(&PgPool::connect(&url).await?).await?;
        let pool = event_store::connect(&url, OUR_CONNECTIONS).await?;
        event_store::assert_durable(&pool).await?;
        let options = StoreOptions::new(MasterKey::from_bytes([7; 32]));
        Ok(Ledger::new(EventStore::open(pool, options).await?, url))
    }

    /// A database for a whole service, all tables in it.
    pub(crate) async fn database(&self) -> Result<TestDatabase, Failure> {
        let database = database_in(self.postgres.url("postgres")).await;
        let owner = PgPool::connect(&database.url).await?;
        migrate(&owner).await;
        owner.close().await;
        Ok(database)
    }

    /// This store in a database that is there already.
    pub(crate) async fn store(&self, database: &TestDatabase) -> Result<EventStore, Failure> {
        let pool = event_store::connect(&database.url, OUR_CONNECTIONS).await?;
        event_store::assert_durable(&pool).await?;
        Ok(EventStore::open(pool, StoreOptions::new(MasterKey::from_bytes([7; 32]))).await?)
    }

    /// postgres-es in a database of its own.
    pub(crate) async fn postgres_es(&self, database: &str) -> Result<PostgresEs, Failure> {
        PostgresEs::open(self.pool(database).await?).await
    }

    /// Single rows in a database of their own.
    pub(crate) async fn one_row(&self, database: &str) -> Result<OneRow, Failure> {
        OneRow::open(self.pool(database).await?).await
    }

    /// Arrays of rows in a database of their own.
    pub(crate) async fn many_rows(&self, database: &str) -> Result<ManyRows, Failure> {
        ManyRows::open(self.pool(database).await?).await
    }

    /// Statistics up to date and nothing left to write from before, for whoever is measured next.
    pub(crate) async fn settle(&self, database: &str) -> Result<(), Failure> {
        let pool = PgPool::connect(&self.postgres.url(database)).await?;
        pool.execute("vacuum analyze").await?;
        pool.execute("checkpoint").await?;
        pool.close().await;
        Ok(())
    }

    async fn pool(&self, database: &str) -> Result<PgPool, Failure> {
        self.postgres.create_database(database).await?;
        let options = PgPoolOptions::new().max_connections(PEERS_CONNECTIONS).min_connections(PEERS_CONNECTIONS);
        Ok(options.connect(&self.postgres.url(database)).await?)
    }
}
