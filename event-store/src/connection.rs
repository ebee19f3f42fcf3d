//! How the service reaches Postgres: under which role, with which promises, and how the tables come to be.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, Executor, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::fault::Fault;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Ends whatever a caller that was cancelled in the middle left open, so that it is never handed on. A bare `rollback`
/// would do it too, but the server writes a warning into its log each time there was nothing to end. Where an open
/// transaction is broken already, `begin` fails and the connection is closed instead.
const ROLL_BACK: &str = "begin; rollback";

/// What a connection may do; each is a database role without a login of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Appends to the log and reads it.
    Writer,
    /// Reads the log and writes views.
    Projector,
    /// Reads the log and nothing else: auditors and verifiers.
    Reader,
}

impl Role {
    /// The role's name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Writer => "ledger_writer",
            Self::Projector => "ledger_projector",
            Self::Reader => "ledger_reader",
        }
    }
}

/// Brings roles and tables of the log up to this release. The pool's user must own the database or be a superuser.
pub async fn migrate(pool: &PgPool) -> Result<(), Fault> {
    let failed = |error| Fault::database("create the log's tables", error);
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await.map_err(failed)?;
    // The history of migrations lives beside the tables it is about, apart from other crates' histories.
    for statement in
        ["select pg_advisory_lock(7305817)", "create schema if not exists ledger", "set search_path = ledger"]
    {
        connection.execute(statement).await.map_err(failed)?;
    }
    let migrated = MIGRATIONS.run(&mut connection).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => failed(error),
        other => Fault::Misconfigured { what: format!("its migrations do not fit this release: {other}") },
    });
    connection.close().await.ok();
    migrated
}

/// Connects as the log's writer, with at most `connections` connections.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool, Fault> {
    connect_as(url, connections, Role::Writer).await
}

/// Connects under a role. Every connection is durable, bounded in time, and rolled back when it is given back.
pub async fn connect_as(url: &str, connections: u32, role: Role) -> Result<PgPool, Fault> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Fault::Misconfigured { what: format!("its address cannot be read: {error}") })?
        .application_name("training-ledger")
        .options([
            ("role", role.name()),
            ("synchronous_commit", "on"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("jit", "off"),
            // The rollback at every release mostly finds nothing to roll back, and need not be told.
            ("client_min_messages", "error"),
        ]);
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| Box::pin(assert_synchronous(connection)))
        .after_release(|connection, _| Box::pin(async move { Ok(connection.execute(ROLL_BACK).await.is_ok()) }))
        .connect_with(options)
        .await
        .map_err(|error| Fault::database("be reached", error))
}

async fn assert_synchronous(connection: &mut PgConnection) -> sqlx::Result<()> {
    let setting: String = sqlx::query_scalar("show synchronous_commit").fetch_one(connection).await?;
    match setting.as_str() {
        "on" | "remote_apply" | "remote_write" => Ok(()),
        other => Err(sqlx::Error::Configuration(format!("synchronous_commit is {other}, not on").into())),
    }
}

/// Refuses a server that could lose what it said was committed: `fsync` and `full_page_writes` must be on.
pub async fn assert_durable(pool: &PgPool) -> Result<(), Fault> {
    let off: Vec<String> = sqlx::query_scalar(
        "select name from pg_catalog.pg_settings where name in ('fsync', 'full_page_writes') and setting <> 'on'",
    )
    .fetch_all(pool)
    .await
    .map_err(|error| Fault::database("tell its settings", error))?;
    if off.is_empty() {
        return Ok(());
    }
    Err(Fault::Misconfigured { what: format!("{} must be on, or a power cut loses commits", off.join(" and ")) })
}
