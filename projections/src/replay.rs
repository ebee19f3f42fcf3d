//! What the views showed at an earlier time: the same folding with an end, into a scratch schema.

use chrono::{DateTime, Utc};
use event_store::Log;
use serde::Serialize;
use sqlx::{Connection, PgPool};
use uuid::Uuid;

use crate::{
    catalogue::VIEWS,
    checkpoint::Checkpoint,
    digest::{TableDigest, digests},
    fault::{During, ViewFault},
    fill::{Filling, Until, Watch, fill},
    migrate::{create_schema, projector, run},
    view::View,
};

/// Where a replay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// After this event.
    Position(i64),
    /// After the last event that happened by this instant (UTC), by the service's own clock.
    Instant(DateTime<Utc>),
}

/// A schema with every view as it was; it stays until it is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScratchSchema {
    /// Its name.
    pub name: String,
    /// How far its views go.
    pub position: i64,
}

/// How the names of scratch schemas begin.
pub(crate) const PREFIX: &str = "as_of_";

/// Replays every view up to an end into a new scratch schema.
pub async fn replay_as_of(pool: &PgPool, log: &Log, end: End, watch: Watch<'_>) -> Result<ScratchSchema, ViewFault> {
    let until = until(log, end).await?;
    let position = until.checkpoint.position;
    let name = format!("{PREFIX}{position}_{}", Uuid::now_v7().simple());
    if let Err(fault) = replay_into(pool, log, (&name, until), watch).await {
        drop_scratch(pool, &name).await?;
        return Err(fault);
    }
    Ok(ScratchSchema { name, position })
}

async fn replay_into(
    pool: &PgPool,
    log: &Log,
    (name, until): (&str, Until),
    watch: Watch<'_>,
) -> Result<(), ViewFault> {
    let mut connection = projector(pool).await?;
    create_schema(&mut connection, name).await?;
    connection.close().await.during("close a connection")?;
    let mut fillings = Vec::new();
    for view in VIEWS {
        fillings.push(Filling::start(pool, view, name).await?);
    }
    fill(log, &mut fillings, until, watch).await
}

pub(crate) async fn until(log: &Log, end: End) -> Result<Until, ViewFault> {
    let head = log.head().await?;
    let (position, received_by) = match end {
        End::Position(position) => (position.clamp(0, head.position), None),
        End::Instant(instant) => (log.position_happened_by(instant).await?.min(head.position), Some(instant)),
    };
    let checkpoint = Checkpoint { position, ledger_position: head.ledger_position };
    Ok(Until { checkpoint, received_by })
}

/// The names of the scratch schemas that stand: those kept, those in use, and what a process that was killed left.
pub async fn scratch_schemas(pool: &PgPool) -> Result<Vec<String>, ViewFault> {
    sqlx::query_scalar("select nspname::text from pg_namespace where starts_with(nspname::text, $1) order by 1")
        .bind(PREFIX)
        .fetch_all(pool)
        .await
        .during("list the scratch schemas")
}

/// Drops a scratch schema; one that is gone already is fine.
pub async fn drop_scratch(pool: &PgPool, name: &str) -> Result<(), ViewFault> {
    check_scratch(name)?;
    let mut connection = projector(pool).await?;
    run(&mut connection, &[format!("drop schema if exists {name} cascade")], "drop a scratch schema").await?;
    connection.close().await.during("close a connection")
}

/// The digest of each table of a view, live or in a scratch schema.
pub async fn digest(pool: &PgPool, view: &View, scratch: Option<&str>) -> Result<Vec<TableDigest>, ViewFault> {
    let schema = scratch.map_or_else(|| Ok(view.schema()), |name| check_scratch(name).map(|()| name.to_owned()))?;
    let mut connection = projector(pool).await?;
    let digests = digests(&mut connection, view, &schema).await?;
    connection.close().await.during("close a connection")?;
    Ok(digests)
}

/// Names go into statements as they are: only our own pass.
pub(crate) fn check_scratch(name: &str) -> Result<(), ViewFault> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.starts_with(PREFIX) && name.len() < 64 && name.bytes().all(plain) {
        return Ok(());
    }
    Err(ViewFault::NotScratch { name: name.chars().take(63).collect() })
}
