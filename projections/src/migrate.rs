//! Creates the schemas of views: one each, so that a rebuilt one takes its place by a rename.

use sqlx::{Acquire, Executor, PgConnection, PgPool};

use crate::{
    fault::{During, ViewFault},
    view::{VIEWS, View},
};

/// Every schema of views holds one; which row counts is the row that moves with the tables it is about.
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

/// Lets the projector create schemas, and creates each view that is missing. Run after the log's own migrations.
/// A view of another version is left as it is: its runner says so and a rebuild replaces it.
pub async fn migrate(pool: &PgPool) -> Result<(), ViewFault> {
    // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
    let pool = pool.clone();
    tokio::spawn(async move { migrate_all(&pool).await }).await.expect("creating views does not panic")
}

async fn migrate_all(pool: &PgPool) -> Result<(), ViewFault> {
    let act = "create the views";
    let mut transaction = pool.begin().await.during(act)?;
    let connection = transaction.acquire().await.during(act)?;
    run(connection, &["select pg_advisory_xact_lock(7305818)".to_owned(), allow_schemas()], act).await?;
    for view in VIEWS {
        let exists: bool = sqlx::query_scalar("select to_regnamespace($1) is not null")
            .bind(view.schema())
            .fetch_one(&mut *connection)
            .await
            .during(act)?;
        if !exists {
            create_schema(connection, &view.schema()).await?;
            create_view(connection, view, &view.schema()).await?;
            create_indexes(connection, view, &view.schema()).await?;
        }
    }
    transaction.commit().await.during(act)
}

fn allow_schemas() -> String {
    "do $$ begin
        if not has_database_privilege('ledger_projector', current_database(), 'create') then
            execute format('grant create on database %I to ledger_projector', current_database());
        end if;
    end $$"
        .to_owned()
}

/// An empty schema for views, owned by the projector, with its checkpoints.
pub(crate) async fn create_schema(connection: &mut PgConnection, schema: &str) -> Result<(), ViewFault> {
    let statements = [
        "set local role ledger_projector".to_owned(),
        format!("create schema {schema}"),
        format!("grant usage on schema {schema} to ledger_reader, ledger_writer"),
        format!("alter default privileges in schema {schema} grant select on tables to ledger_reader, ledger_writer"),
        format!("create table {schema}.checkpoints {CHECKPOINTS}"),
        "reset role".to_owned(),
    ];
    run(connection, &statements, "create a schema for views").await
}

/// The tables of a view, without keys and indexes, and its checkpoint at the start of the log.
pub(crate) async fn create_view(connection: &mut PgConnection, view: &View, schema: &str) -> Result<(), ViewFault> {
    let mut statements = vec!["set local role ledger_projector".to_owned()];
    statements.extend(view.open(schema).definitions());
    statements
        .push(format!("insert into {schema}.checkpoints (view, version) values ('{}', {})", view.name, view.version));
    statements.push("reset role".to_owned());
    run(connection, &statements, "create the tables of a view").await
}

/// Keys and indexes of a view, once its tables are filled or known to stay small for now.
pub(crate) async fn create_indexes(connection: &mut PgConnection, view: &View, schema: &str) -> Result<(), ViewFault> {
    let mut statements = vec!["set local role ledger_projector".to_owned()];
    statements.extend(view.open(schema).indexes());
    statements.push("reset role".to_owned());
    run(connection, &statements, "index the tables of a view").await
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
