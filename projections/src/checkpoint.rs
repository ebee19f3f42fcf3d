//! How far a view has come, who may move it, and how it stopped. The row lives beside the view's tables,
//! is locked before they are written and moves in the same transaction: a projector that lost its lease writes nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use events_schema::envelope::Position;
use serde::Serialize;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use crate::{
    fault::{During, ViewFault},
    presence::HOLDER_IS_PRESENT,
    view::View,
};

/// How long a projector that is there may be silent before another takes over. One that is gone is not waited for.
pub(crate) const LEASE: Duration = Duration::from_secs(10);

/// How far a view has come in the log and, if it keeps refusals, in the ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The last event folded in.
    pub position: Position,
    /// The last place of the ledger looked at for refusals.
    pub ledger_position: i64,
}

/// The right to move a view, as long as nobody took a later fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) holder: Uuid,
    pub(crate) fence: i64,
}

/// A view as its checkpoint tells it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectionStatus {
    /// Which view.
    pub view: String,
    /// The version of its rows.
    pub version: i32,
    /// The version this release writes.
    pub release_version: i32,
    /// How far it has come.
    pub checkpoint: Checkpoint,
    /// The last position of the log.
    pub head: Position,
    /// Whether a projector holds it now.
    pub held: bool,
    /// The position it cannot get past, if it stopped.
    pub stopped_on: Option<Position>,
    /// Why it stopped.
    pub error: Option<String>,
    /// When its checkpoint last moved (UTC).
    pub updated_at: DateTime<Utc>,
}

/// Takes the lease if it is free, run out, ours, or of a process that is gone; nothing while somebody else has it.
/// Whoever lost it while its last page was on the way commits that page first, or finds the later fence and writes none.
pub(crate) async fn take(pool: &PgPool, view: &View, holder: Uuid) -> Result<Option<(Lease, Checkpoint)>, ViewFault> {
    let take = format!(
        "update {}.checkpoints set holder = $2, fence = fence + 1, lease_until = clock_timestamp() + $3
         where view = $1
           and (holder is null or holder = $2 or lease_until < clock_timestamp() or not {HOLDER_IS_PRESENT})
         returning fence, position, ledger_position",
        view.schema()
    );
    let taken = sqlx::query(&take)
        .bind(view.name)
        .bind(holder)
        .bind(LEASE)
        .fetch_optional(pool)
        .await
        .during("take the lease of a view")?;
    taken
        .map(|row| Ok((Lease { holder, fence: row.try_get(0)? }, checkpoint(&row, 1)?)))
        .transpose()
        .during("read a lease")
}

/// Gives the lease back, so that another need not wait for it to run out.
pub(crate) async fn give_back(pool: &PgPool, view: &View, lease: Lease) -> Result<(), ViewFault> {
    let give = format!(
        "update {}.checkpoints set holder = null, lease_until = '-infinity' where view = $1 and holder = $2 and fence = $3",
        view.schema()
    );
    let give = sqlx::query(&give).bind(view.name).bind(lease.holder).bind(lease.fence);
    give.execute(pool).await.during("give back the lease of a view").map(|_| ())
}

/// Renews the lease and locks the checkpoint until the transaction ends; nothing if the lease is lost.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    view: &View,
    lease: Lease,
) -> Result<Option<Checkpoint>, ViewFault> {
    let lock = format!(
        "update {}.checkpoints set lease_until = clock_timestamp() + $4
         where view = $1 and holder = $2 and fence = $3
         returning position, ledger_position",
        view.schema()
    );
    let locked = sqlx::query(&lock)
        .bind(view.name)
        .bind(lease.holder)
        .bind(lease.fence)
        .bind(LEASE)
        .fetch_optional(connection)
        .await
        .during("lock the checkpoint of a view")?;
    locked.map(|row| checkpoint(&row, 0)).transpose().during("read a checkpoint")
}

/// Moves a checkpoint; also says that the view is not stopped.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    schema: &str,
    view: &View,
    to: Checkpoint,
) -> Result<(), ViewFault> {
    let advance = format!(
        "update {schema}.checkpoints set position = $2, ledger_position = $3, updated_at = clock_timestamp(),
            stopped_at = null, stopped_on = null, error = null
         where view = $1"
    );
    let advance = sqlx::query(&advance).bind(view.name).bind(to.position).bind(to.ledger_position);
    advance.execute(connection).await.during("move the checkpoint of a view").map(|_| ())
}

/// Writes down that a view stopped on a position, unless the lease is lost.
pub(crate) async fn stop(
    pool: &PgPool,
    view: &View,
    lease: Lease,
    (position, error): (Position, &str),
) -> Result<(), ViewFault> {
    let stop = format!(
        "update {}.checkpoints set stopped_at = coalesce(stopped_at, clock_timestamp()), stopped_on = $4, error = $5
         where view = $1 and holder = $2 and fence = $3",
        view.schema()
    );
    let stop = sqlx::query(&stop).bind(view.name).bind(lease.holder).bind(lease.fence).bind(position).bind(error);
    stop.execute(pool).await.during("write down why a view stopped").map(|_| ())
}

/// Version and checkpoint of a view in a schema.
pub(crate) async fn read(
    connection: &mut PgConnection,
    schema: &str,
    view: &View,
) -> Result<(i32, Checkpoint), ViewFault> {
    let read = format!("select version, position, ledger_position from {schema}.checkpoints where view = $1");
    let row = sqlx::query(&read).bind(view.name).fetch_one(connection).await.during("read the checkpoint of a view")?;
    (|| Ok((row.try_get(0)?, checkpoint(&row, 1)?)))().during("read the checkpoint of a view")
}

/// Every view's status, as its checkpoint has it.
pub(crate) async fn status(pool: &PgPool, view: &View, head: Position) -> Result<ProjectionStatus, ViewFault> {
    let read = format!(
        "select version, position, ledger_position, lease_until > clock_timestamp() and {HOLDER_IS_PRESENT},
            stopped_on, error, updated_at
         from {}.checkpoints where view = $1",
        view.schema()
    );
    let row = sqlx::query(&read).bind(view.name).fetch_one(pool).await.during("read the status of a view")?;
    let status = || {
        Ok(ProjectionStatus {
            view: view.name.to_owned(),
            version: row.try_get(0)?,
            release_version: view.version,
            checkpoint: checkpoint(&row, 1)?,
            head,
            held: row.try_get(3)?,
            stopped_on: row.try_get(4)?,
            error: row.try_get(5)?,
            updated_at: row.try_get(6)?,
        })
    };
    status().during("read the status of a view")
}

fn checkpoint(row: &sqlx::postgres::PgRow, from: usize) -> Result<Checkpoint, sqlx::Error> {
    Ok(Checkpoint { position: row.try_get(from)?, ledger_position: row.try_get(from + 1)? })
}
