//! A projection of one's own: a view that is not one of the service's, kept in a schema `own_<name>` of the database and
//! brought up to date whenever somebody asks. Rows and checkpoint move in one transaction, as those of every view.

use event_store::Log;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    checkpoint::{self, Checkpoint},
    fault::{During, ViewFault},
    migrate::{create_schema, create_tables, projector, run},
    page::Page,
    projection::{Folded, Listed, Listing, Projection, Writing},
    view::View,
};

/// Events in one transaction.
const PAGE: i64 = 5_000;

impl View {
    /// A view of one table, folded stream by stream. The name holds lower-case letters and underscores only.
    pub const fn own<P: Projection>(
        name: &'static str,
        version: i32,
        events: &'static [&'static [&'static str]],
    ) -> Self {
        Self { name, version, events, refusals: false, tables: || vec![Folded::<P>::boxed()] }
    }

    /// A view of one table that only grows: a row for each event that has one.
    pub const fn own_list<L: Listing>(
        name: &'static str,
        version: i32,
        events: &'static [&'static [&'static str]],
    ) -> Self {
        Self { name, version, events, refusals: false, tables: || vec![Listed::<L>::boxed()] }
    }
}

/// Brings a view of one's own to the end of the log, from wherever it stands; tells where it stands then. A view of
/// another version is made anew.
pub async fn keep_own(pool: &PgPool, log: &Log, view: &'static View) -> Result<Checkpoint, ViewFault> {
    let schema = schema(view)?;
    let mut connection = projector(pool).await?;
    if !is_there(&mut connection, view, &schema).await? {
        create(&mut connection, view, &schema).await?;
    }
    let (_, mut at) = checkpoint::read(&mut connection, &schema, view).await?;
    loop {
        let page = Page::after(log, view, at, PAGE).await?;
        if page.end == at {
            connection.close().await.during("close a connection")?;
            return Ok(at);
        }
        let mut transaction = connection.begin().await.during("begin a page of a view")?;
        view.open(&schema).fold_page(&mut transaction, &page, Writing::Live).await?;
        checkpoint::advance(&mut transaction, &schema, view, page.end).await?;
        transaction.commit().await.during("keep a page of a view")?;
        at = page.end;
    }
}

/// Names go into statements as they are: only plain ones pass.
fn schema(view: &View) -> Result<String, ViewFault> {
    let plain = view.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain && (1..50).contains(&view.name.len()) {
        return Ok(format!("own_{}", view.name));
    }
    Err(ViewFault::NotAName { name: view.name.to_owned() })
}

/// Whether its tables are there, in this version.
async fn is_there(connection: &mut PgConnection, view: &View, schema: &str) -> Result<bool, ViewFault> {
    let exists = sqlx::query_scalar("select to_regnamespace($1) is not null").bind(schema);
    let exists: bool = exists.fetch_one(&mut *connection).await.during("look for a view")?;
    Ok(exists && checkpoint::read(connection, schema, view).await?.0 == view.version)
}

async fn create(connection: &mut PgConnection, view: &View, schema: &str) -> Result<(), ViewFault> {
    let mut transaction = connection.begin().await.during("begin to create a view")?;
    run(&mut transaction, &[format!("drop schema if exists {schema} cascade")], "drop a view").await?;
    create_schema(&mut transaction, schema).await?;
    create_tables(&mut transaction, view, schema).await?;
    let open = view.open(schema);
    run(&mut transaction, &[open.indexes(false), open.indexes(true)].concat(), "index the tables of a view").await?;
    transaction.commit().await.during("create a view")
}
