//! Creates the schemas of views: one each, so that a rebuilt one takes its place by a rename.

use sqlx::{Connection, Executor, PgConnection, PgPool};

use crate::{
    catalogue::VIEWS,
    fault::{During, ViewFault},
    view::View,
};

/// Every schema of views holds one: the checkpoints move with the tables they are about.
const CHECKPOINTS: &str = "(
    view text primary key,
    version integer not null,
    position bigint not null default 0,
    ledger_position bigint not null default 0,
    holder uuid,
    fence bigint not null default 0,
    lease_until timestamptz not null default '-infinity',
    stopped_at timestamptz,
    stopped_on bigint,
    error text,
    updated_at timestamptz not null default clock_timestamp()
)";

const ALLOW_SCHEMAS: &str = "do $$ begin
    if not has_database_privilege('ledger_projector', current_database(), 'create') then
        execute format('grant create on database %I to ledger_projector', current_database());
    end if;
end $$";

/// Lets the projector create schemas, and creates each view that is missing. Run after the log's own migrations.
/// A view of another version is left as it is: its runner waits and a rebuild replaces it.
pub async fn migrate(pool: &PgPool) -> Result<(), ViewFault> {
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await.during("be reached")?;
    let statements = ["select pg_advisory_lock(7305818)", ALLOW_SCHEMAS].map(ToOwned::to_owned);
    run(&mut connection, &statements, "let the projector create schemas").await?;
    become_projector(&mut connection).await?;
    for view in VIEWS {
        let exists: bool = sqlx::query_scalar("select to_regnamespace($1) is not null")
            .bind(view.schema())
            .fetch_one(&mut connection)
            .await
            .during("look for a view")?;
        if !exists {
            create(&mut connection, view).await?;
        }
    }
    connection.close().await.during("close a connection")
}

/// A connection of its own that acts as the projector and may take its time.
/// Drop it at any point: what was not committed never was.
pub(crate) async fn projector(pool: &PgPool) -> Result<PgConnection, ViewFault> {
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await.during("be reached")?;
    become_projector(&mut connection).await?;
    Ok(connection)
}

async fn become_projector(connection: &mut PgConnection) -> Result<(), ViewFault> {
    let settings = "set role ledger_projector; set timezone = 'UTC'; set statement_timeout = 0;
        set idle_in_transaction_session_timeout = 0; set maintenance_work_mem = '256MB'";
    connection.execute(settings).await.during("act as the projector").map(|_| ())
}

async fn create(connection: &mut PgConnection, view: &View) -> Result<(), ViewFault> {
    let schema = view.schema();
    let mut transaction = connection.begin().await.during("begin to create a view")?;
    create_schema(&mut transaction, &schema).await?;
    create_tables(&mut transaction, view, &schema).await?;
    let open = view.open(&schema);
    run(&mut transaction, &[open.indexes(false), open.indexes(true)].concat(), "index the tables of a view").await?;
    transaction.commit().await.during("create a view")
}

/// An empty schema for views, with its checkpoints.
pub(crate) async fn create_schema(connection: &mut PgConnection, schema: &str) -> Result<(), ViewFault> {
    let statements = [
        format!("create schema {schema}"),
        format!("grant usage on schema {schema} to ledger_reader, ledger_writer"),
        format!("alter default privileges in schema {schema} grant select on tables to ledger_reader, ledger_writer"),
        format!("create table {schema}.checkpoints {CHECKPOINTS}"),
    ];
    run(connection, &statements, "create a schema for views").await
}

/// The tables of a view, without keys and indexes, and its checkpoint at the start of the log.
pub(crate) async fn create_tables(connection: &mut PgConnection, view: &View, schema: &str) -> Result<(), ViewFault> {
    let mut statements = view.open(schema).definitions();
    let (name, version) = (view.name, view.version);
    statements.push(format!("insert into {schema}.checkpoints (view, version) values ('{name}', {version})"));
    run(connection, &statements, "create the tables of a view").await
}

pub(crate) async fn run(
    connection: &mut PgConnection,
    statements: &[String],
    act: &'static str,
) -> Result<(), ViewFault> {
    for statement in statements {
        connection.execute(statement.as_str()).await.during(act)?;
    }
    Ok(())
}
