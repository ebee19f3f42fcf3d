//! Shows that a process which holds leases, on views or on work, is alive: a connection of its own that does nothing but hold a
//! lock. The database ends the connection of a process that died, and with it the lock, so that nobody need wait for
//! its leases to run out. A process that is only slow keeps its connection, and its leases.

use std::{sync::Arc, time::Duration};

use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::{sync::Mutex, time::timeout};
use uuid::Uuid;

use crate::fault::{During, ViewFault};

/// A connection that is silent for longer than this is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Holds the lock. It is shared because a connection that was lost may be noticed here before it is in the database.
const SHOW: &str = "select pg_advisory_lock_shared(hashtextextended($1::uuid::text, 7305820))";

/// As SQL: whether the process named in the column `holder` of a lease or claim is alive. Never true of nobody.
pub const HOLDER_IS_PRESENT: &str = "exists (
    select from pg_catalog.pg_locks present
    where present.locktype = 'advisory' and present.granted and present.objsubid = 1
      and present.database = (select oid from pg_catalog.pg_database where datname = current_database())
      and ((present.classid::bigint << 32) | present.objid::bigint) = hashtextextended(holder::text, 7305820))";

/// One process among those that may take leases.
pub struct Presence {
    /// Its name in leases.
    pub holder: Uuid,
    options: Arc<PgConnectOptions>,
    shown: Mutex<Option<PgConnection>>,
}

impl Presence {
    /// A process that has not shown itself yet.
    pub fn new(pool: &PgPool) -> Self {
        Self { holder: Uuid::now_v7(), options: pool.connect_options(), shown: Mutex::default() }
    }

    /// Makes sure that it shows. To be called before a lease is taken: without it, anybody may take the lease away.
    pub async fn show(&self) -> Result<(), ViewFault> {
        let mut shown = self.shown.lock().await;
        if let Some(connection) = shown.as_mut()
            && timeout(PATIENCE, connection.ping()).await.is_ok_and(|answer| answer.is_ok())
        {
            return Ok(());
        }
        *shown = None;
        *shown = Some(self.connect().await.during("show that this process is there")?);
        Ok(())
    }

    async fn connect(&self) -> sqlx::Result<PgConnection> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        connection.execute("set idle_session_timeout = 0").await?;
        sqlx::query(SHOW).bind(self.holder).execute(&mut connection).await?;
        Ok(connection)
    }

    /// Shows no more.
    pub async fn end(&self) {
        if let Some(connection) = self.shown.lock().await.take() {
            connection.close().await.ok();
        }
    }
}
