//! Rebuilds views beside the live ones, compares, and switches by a rename in one transaction.
//! Readers always find a whole view; the one before stays as `view_<name>_before`.

use event_store::Log;
use events_schema::envelope::Position;
use serde::Serialize;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    catalogue::{self, VIEWS},
    checkpoint::{self, Checkpoint},
    digest::{differing, digests},
    fault::{During, ViewFault},
    fill::{Filling, Until, Watch, fill},
    migrate::{create_schema, projector, run},
    page::Page,
    presence::HOLDER_IS_PRESENT,
    projection::Writing,
    view::View,
};

/// How long to wait for a live view that is a little behind, so that the two can be compared.
const PATIENCE: Duration = Duration::from_secs(5);
/// Events a page while catching up.
const PAGE: i64 = 5_000;

/// What a rebuild came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rebuilt {
    /// Events read from the log.
    pub events: Position,
    /// Each view that was rebuilt and switched.
    pub views: Vec<RebuiltView>,
}

/// A view that was rebuilt and switched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RebuiltView {
    /// Which.
    pub view: &'static str,
    /// Where the new one stood when it was switched.
    pub checkpoint: Checkpoint,
    /// Its tables.
    pub tables: Vec<RebuiltTable>,
}

/// A table that was rebuilt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RebuiltTable {
    /// Which.
    pub table: &'static str,
    /// Rows in the new one.
    pub rows: i64,
    /// Rows that only one of the two has; nothing if the old one stood elsewhere or was of another version.
    pub differing: Option<i64>,
}

/// Rebuilds one view by name, or all, from a single reading of the log.
pub async fn rebuild(pool: &PgPool, log: &Log, name: Option<&str>, watch: Watch<'_>) -> Result<Rebuilt, ViewFault> {
    let views: Vec<&'static View> = match name {
        Some(name) => vec![catalogue::named(name)?],
        None => VIEWS.iter().collect(),
    };
    let mut connection = projector(pool).await?;
    let mut fillings = Vec::new();
    for view in views {
        make_room(&mut connection, view).await?;
        fillings.push(Filling::start(pool, view, &next(view)).await?);
    }
    let head = log.head().await?;
    let checkpoint = Checkpoint { position: head.position, ledger_position: head.ledger_position };
    fill(log, &mut fillings, Until { checkpoint, received_by: None }, watch).await?;
    let mut rebuilt = Rebuilt { events: head.position, views: Vec::new() };
    for filling in fillings {
        wait_for_live(&mut connection, (filling.view, filling.at.position)).await?;
        rebuilt.views.push(switch(&mut connection, log, filling).await?);
    }
    // Closing lets go of it too, but only once the server has noticed: the next rebuild may be there before.
    run(&mut connection, &["select pg_advisory_unlock_all()".to_owned()], "end a rebuild").await?;
    connection.close().await.during("close a connection")?;
    Ok(rebuilt)
}

fn next(view: &View) -> String {
    format!("{}_next", view.schema())
}

fn before(view: &View) -> String {
    format!("{}_before", view.schema())
}

/// One rebuild of a view at a time; what an earlier one left behind goes.
async fn make_room(connection: &mut PgConnection, view: &'static View) -> Result<(), ViewFault> {
    let alone: bool = sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended($1, 7305819))")
        .bind(view.name)
        .fetch_one(&mut *connection)
        .await
        .during("make sure that one rebuild runs at a time")?;
    if !alone {
        return Err(ViewFault::Overtaken { view: view.name });
    }
    let drop_next = format!("drop schema if exists {} cascade", next(view));
    run(connection, &[drop_next], "drop a rebuild that was left behind").await?;
    create_schema(connection, &next(view)).await
}

/// The live view may be a moment behind; one that is held by nobody or stopped is not waited for.
async fn wait_for_live(connection: &mut PgConnection, (view, position): (&View, Position)) -> Result<(), ViewFault> {
    let behind = format!(
        "select position < $2 and lease_until > clock_timestamp() and {HOLDER_IS_PRESENT} and stopped_on is null
         from {}.checkpoints where view = $1",
        view.schema()
    );
    let deadline = Instant::now() + PATIENCE;
    loop {
        let behind = sqlx::query_scalar(&behind).bind(view.name).bind(position);
        let behind: bool = behind.fetch_one(&mut *connection).await.during("look at the live view")?;
        if !behind || Instant::now() > deadline {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Locks the live checkpoint, catches up to it, compares and renames; the live projector goes on in the new tables.
async fn switch(connection: &mut PgConnection, log: &Log, mut filling: Filling) -> Result<RebuiltView, ViewFault> {
    let view = filling.view;
    let drop_before = format!("drop schema if exists {} cascade", before(view));
    run(connection, &[drop_before], "drop the view before the last").await?;
    let mut transaction = connection.begin().await.during("begin the switch of a view")?;
    let live = lock_live(&mut transaction, view).await?;
    catch_up(&mut transaction, log, &mut filling, live.1).await?;
    let comparable = live == (view.version, filling.at);
    let tables = compare(&mut transaction, view, comparable).await?;
    rename(&mut transaction, view).await?;
    transaction.commit().await.during("switch a view")?;
    Ok(RebuiltView { view: view.name, checkpoint: filling.at, tables })
}

async fn lock_live(connection: &mut PgConnection, view: &View) -> Result<(i32, Checkpoint), ViewFault> {
    let lock = format!("select from {}.checkpoints where view = $1 for update", view.schema());
    sqlx::query(&lock).bind(view.name).execute(&mut *connection).await.during("hold the live view still")?;
    checkpoint::read(connection, &view.schema(), view).await
}

async fn catch_up(
    connection: &mut PgConnection,
    log: &Log,
    filling: &mut Filling,
    live: Checkpoint,
) -> Result<(), ViewFault> {
    while filling.at.position < live.position || filling.at.ledger_position < live.ledger_position {
        let page = Page::after(log, filling.view, filling.at, PAGE).await?.up_to(live);
        if page.end == filling.at {
            break;
        }
        filling.open.fold_page(connection, &page, Writing::Live).await?;
        checkpoint::advance(connection, &filling.schema, filling.view, page.end).await?;
        filling.at = page.end;
    }
    Ok(())
}

async fn compare(
    connection: &mut PgConnection,
    view: &'static View,
    comparable: bool,
) -> Result<Vec<RebuiltTable>, ViewFault> {
    let (old, new) = (view.schema(), next(view));
    let rebuilt = digests(connection, view, &new).await?;
    if !comparable {
        let table = |new: &crate::TableDigest| RebuiltTable { table: new.table, rows: new.rows, differing: None };
        return Ok(rebuilt.iter().map(table).collect());
    }
    let mut tables = Vec::new();
    for (live, rebuilt) in digests(connection, view, &old).await?.into_iter().zip(rebuilt) {
        let same = live == rebuilt;
        let differing = if same { 0 } else { differing(connection, live.table, (&old, &new)).await? };
        tables.push(RebuiltTable { table: live.table, rows: rebuilt.rows, differing: Some(differing) });
    }
    Ok(tables)
}

/// The new view takes the place and the lease of the old one.
async fn rename(connection: &mut PgConnection, view: &View) -> Result<(), ViewFault> {
    let (live, next, before) = (view.schema(), next(view), before(view));
    let statements = [
        format!(
            "update {next}.checkpoints new set holder = old.holder, fence = old.fence, lease_until = old.lease_until
             from {live}.checkpoints old where old.view = new.view"
        ),
        format!("alter schema {live} rename to {before}"),
        format!("alter schema {next} rename to {live}"),
    ];
    run(connection, &statements, "switch a view").await
}

/// Folds the whole log anew beside a live view, compares the two, and leaves the live one as it is.
pub async fn compare_with_fold(pool: &PgPool, log: &Log, name: &str) -> Result<RebuiltView, ViewFault> {
    let view = catalogue::named(name)?;
    let mut connection = projector(pool).await?;
    make_room(&mut connection, view).await?;
    let mut filling = Filling::start(pool, view, &next(view)).await?;
    let head = log.head().await?;
    let checkpoint = Checkpoint { position: head.position, ledger_position: head.ledger_position };
    let until = Until { checkpoint, received_by: None };
    fill(log, std::slice::from_mut(&mut filling), until, &mut |_| ()).await?;
    wait_for_live(&mut connection, (filling.view, filling.at.position)).await?;
    let compared = look(&mut connection, log, &mut filling).await;
    let drop_next = format!("drop schema if exists {} cascade", next(view));
    run(&mut connection, &[drop_next, "select pg_advisory_unlock_all()".to_owned()], "end a comparison").await?;
    connection.close().await.during("close a connection")?;
    compared
}

/// Holds the live view still, catches up to it and compares; nothing of this is kept.
async fn look(connection: &mut PgConnection, log: &Log, filling: &mut Filling) -> Result<RebuiltView, ViewFault> {
    let view = filling.view;
    let mut transaction = connection.begin().await.during("begin the comparison of a view")?;
    let live = lock_live(&mut transaction, view).await?;
    catch_up(&mut transaction, log, filling, live.1).await?;
    let tables = compare(&mut transaction, view, live == (view.version, filling.at)).await?;
    transaction.rollback().await.during("end the comparison of a view")?;
    Ok(RebuiltView { view: view.name, checkpoint: filling.at, tables })
}
