//! How far a process has come, and which instance may move it. Whoever lost the lease moves nothing.

use std::time::Duration;

use events_schema::envelope::Position;
use projections::{HOLDER_IS_PRESENT, Presence};
use sqlx::PgPool;
use uuid::Uuid;

use crate::fault::Fault;

/// How long an instance that is there may be silent before another takes over. One that is gone is not waited for.
pub(super) const LEASE: Duration = Duration::from_secs(15);
/// How often an instance without the lease looks whether it is free.
pub(super) const STANDBY: Duration = Duration::from_secs(1);

/// The right to move a process, as long as nobody took a later fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    name: &'static str,
    holder: Uuid,
    fence: i64,
}

/// Gives a process its place, if it has none.
pub(super) async fn register(owner: &PgPool, name: &'static str, position: Position) -> Result<(), Fault> {
    let register = "insert into gateway.processes (process, position) values ($1, $2) on conflict do nothing";
    let registered = sqlx::query(register).bind(name).bind(position).execute(owner).await;
    registered.map(drop).map_err(Fault::table("give a process its place"))
}

/// Takes the lease if it is free, run out, ours, or of an instance that is gone; nothing while another one has it.
pub(super) async fn take(
    pool: &PgPool,
    name: &'static str,
    presence: &Presence,
) -> Result<Option<(Lease, Position)>, Fault> {
    presence.show().await?;
    let holder = presence.holder;
    let taken: Option<(i64, i64)> = sqlx::query_as(&format!(
        "update gateway.processes set holder = $2, fence = fence + 1, lease_until = clock_timestamp() + $3
         where process = $1
           and (holder is null or holder = $2 or lease_until < clock_timestamp() or not {HOLDER_IS_PRESENT})
         returning fence, position"
    ))
    .bind(name)
    .bind(holder)
    .bind(LEASE)
    .fetch_optional(pool)
    .await
    .map_err(Fault::table("take the lease of a process"))?;
    Ok(taken.map(|(fence, position)| (Lease { name, holder, fence }, position)))
}

/// Renews the lease and moves the checkpoint forward; false if the lease is lost.
pub(super) async fn advance(pool: &PgPool, lease: Lease, to: Position) -> Result<bool, Fault> {
    let moved = sqlx::query(
        "update gateway.processes
         set position = greatest(position, $4), error = null, updated_at = clock_timestamp(),
             lease_until = clock_timestamp() + $5
         where process = $1 and holder = $2 and fence = $3",
    )
    .bind(lease.name)
    .bind(lease.holder)
    .bind(lease.fence)
    .bind(to)
    .bind(LEASE)
    .execute(pool)
    .await
    .map_err(Fault::table("move the checkpoint of a process"))?;
    Ok(moved.rows_affected() == 1)
}

/// Writes down what keeps a process from going on, for operators.
pub(super) async fn trouble(pool: &PgPool, name: &'static str, error: &str) -> Result<(), Fault> {
    let note = "update gateway.processes set error = $2, updated_at = clock_timestamp() where process = $1";
    let noted = sqlx::query(note).bind(name).bind(error).execute(pool).await;
    noted.map(drop).map_err(Fault::table("write down why a process waits"))
}

/// Gives the lease back, so that another instance need not wait for it to run out.
pub(super) async fn give_back(pool: &PgPool, lease: Lease) -> Result<(), Fault> {
    let give = "update gateway.processes set holder = null, lease_until = '-infinity'
                where process = $1 and holder = $2 and fence = $3";
    let given = sqlx::query(give).bind(lease.name).bind(lease.holder).bind(lease.fence).execute(pool).await;
    given.map(drop).map_err(Fault::table("give back the lease of a process"))
}

/// Whether every process has its place: false on a database that an older release migrated last.
pub(super) async fn registered(pool: &PgPool, names: &[&'static str]) -> Result<bool, Fault> {
    let count: i64 = sqlx::query_scalar("select count(*) from gateway.processes where process = any($1)")
        .bind(names)
        .fetch_one(pool)
        .await
        .map_err(Fault::table("look the processes up"))?;
    Ok(usize::try_from(count) == Ok(names.len()))
}
