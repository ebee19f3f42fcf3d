//! A replay that can be interrupted: page by page into a schema that is kept, each page with its checkpoint in one
//! transaction, exactly as the live views go on. Begun again, it goes on where it stopped, to the same end.

use event_store::Log;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    catalogue::VIEWS,
    checkpoint::{self, Checkpoint},
    fault::{During, ViewFault},
    fill::{Progress, Until, Watch},
    migrate::{create_schema, create_tables, projector, run},
    page::Page,
    projection::Writing,
    replay::{End, PREFIX, ScratchSchema, check_scratch, until},
    view::View,
};

/// Events in one transaction.
const PAGE: i64 = 5_000;

/// Replays every view up to an end into the schema of this name, which stays. If a replay of that name was begun, it goes
/// on to the end it was begun with, which must be the one asked for.
pub async fn replay_kept(
    pool: &PgPool,
    log: &Log,
    (name, end): (&str, End),
    watch: Watch<'_>,
) -> Result<ScratchSchema, ViewFault> {
    let name = format!("{PREFIX}{name}");
    check_scratch(&name)?;
    let mut connection = projector(pool).await?;
    let until = begin(&mut connection, &name, until(log, end).await?).await?;
    for (done, view) in (1..).zip(VIEWS) {
        go_on(&mut connection, log, (view, &name), until).await?;
        let of = i64::try_from(VIEWS.len()).unwrap_or(i64::MAX);
        watch(Progress { done, of });
    }
    connection.close().await.during("close a connection")?;
    Ok(ScratchSchema { name, position: until.checkpoint.position })
}

/// Makes the schema with its end written down, or reads the end that it was begun with.
async fn begin(connection: &mut PgConnection, name: &str, asked: Until) -> Result<Until, ViewFault> {
    let exists: bool = sqlx::query_scalar("select to_regnamespace($1) is not null")
        .bind(name)
        .fetch_one(&mut *connection)
        .await
        .during("look for a replay")?;
    if !exists {
        create(connection, name, asked).await?;
    }
    let read = format!("select position, ledger_position, received_by from {name}.replay");
    let (position, ledger_position, received_by) =
        sqlx::query_as(&read).fetch_one(connection).await.during("read where a replay ends")?;
    let begun = Until { checkpoint: Checkpoint { position, ledger_position }, received_by };
    if begun.checkpoint.position == asked.checkpoint.position && begun.received_by == asked.received_by {
        return Ok(begun);
    }
    Err(ViewFault::OtherReplay { name: name.to_owned(), position })
}

async fn create(connection: &mut PgConnection, name: &str, until: Until) -> Result<(), ViewFault> {
    let mut transaction = connection.begin().await.during("begin a replay")?;
    create_schema(&mut transaction, name).await?;
    for view in VIEWS {
        create_tables(&mut transaction, view, name).await?;
        let open = view.open(name);
        run(&mut transaction, &[open.indexes(false), open.indexes(true)].concat(), "index the tables of a view")
            .await?;
    }
    let table = "position bigint not null, ledger_position bigint not null, received_by timestamptz";
    run(&mut transaction, &[format!("create table {name}.replay ({table})")], "begin a replay").await?;
    let insert = format!("insert into {name}.replay values ($1, $2, $3)");
    let Checkpoint { position, ledger_position } = until.checkpoint;
    let insert = sqlx::query(&insert).bind(position).bind(ledger_position).bind(until.received_by);
    insert.execute(&mut *transaction).await.during("write down where a replay ends")?;
    transaction.commit().await.during("begin a replay")
}

/// Brings one view to the end, from wherever it stands.
async fn go_on(
    connection: &mut PgConnection,
    log: &Log,
    (view, schema): (&'static View, &str),
    until: Until,
) -> Result<(), ViewFault> {
    let (_, mut at) = checkpoint::read(connection, schema, view).await?;
    loop {
        let mut page = Page::after(log, view, at, PAGE).await?.up_to(until.checkpoint);
        if page.end == at {
            return Ok(());
        }
        page.refusals.retain(|refusal| until.covers(refusal));
        let mut transaction = connection.begin().await.during("begin a page of a view")?;
        view.open(schema).fold_page(&mut transaction, &page, Writing::Live).await?;
        checkpoint::advance(&mut transaction, schema, view, page.end).await?;
        transaction.commit().await.during("keep a page of a view")?;
        at = page.end;
    }
}
