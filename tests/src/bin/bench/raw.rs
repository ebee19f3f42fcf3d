//! Bare PostgreSQL through sqlx, for scale: one row in a transaction of its own, and many rows as arrays in one.
//! Nothing is loaded and nothing decided; the payload is made by the same decision, outside of what the others must do.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::{aggregate::Aggregate, school_partnership::SchoolPartnership};
use events_schema::events::EventSet;
use sqlx::{Executor, PgPool};

use crate::{Failure, contender::Contender, workload::Recruitment};

/// Rows of one array insert.
const ROWS: u64 = 512;

const TABLE: &str = "
    create table events (
        position bigint generated always as identity,
        stream_id text not null,
        stream_version bigint not null,
        event_type text not null,
        payload json not null,
        metadata json not null,
        recorded_at timestamptz not null default clock_timestamp(),
        primary key (stream_id, stream_version)
    )";

const ONE_ROW: &str = "insert into events (stream_id, stream_version, event_type, payload, metadata) values ($1, 1, $2, $3::json, $4::json)";

const MANY_ROWS: &str = "insert into events (stream_id, stream_version, event_type, payload, metadata)
    select stream_id, 1, 'RecruitmentConfirmed', payload::json, metadata::json
    from unnest($1::text[], $2::text[], $3::text[]) as row (stream_id, payload, metadata)";

/// A table without keys to anything, filled in one of two ways.
pub(crate) struct Raw {
    pool: PgPool,
    next: AtomicU64,
}

/// `begin`, one insert, `commit`.
pub(crate) struct OneRow(Raw);

/// One insert of many rows, committed by itself.
pub(crate) struct ManyRows(Raw);

impl OneRow {
    /// With a fresh table.
    pub(crate) async fn open(pool: PgPool) -> Result<Self, Failure> {
        Ok(Self(Raw::open(pool).await?))
    }
}

impl ManyRows {
    /// With a fresh table.
    pub(crate) async fn open(pool: PgPool) -> Result<Self, Failure> {
        Ok(Self(Raw::open(pool).await?))
    }
}

impl Raw {
    async fn open(pool: PgPool) -> Result<Self, Failure> {
        pool.execute(TABLE).await?;
        Ok(Self { pool, next: AtomicU64::new(0) })
    }

    /// Stream, payload and metadata of the next row.
    fn row(&self) -> Result<(String, String, String), Failure> {
        let recruitment = Recruitment::numbered(self.next.fetch_add(1, Ordering::Relaxed));
        let events = SchoolPartnership::default().decide(&recruitment.command, &recruitment.facts)?;
        let event = events.first().ok_or("a free school can be recruited")?;
        let metadata = serde_json::to_string(&recruitment.origin)?;
        Ok((recruitment.stream.as_str().to_owned(), event.to_json()?, metadata))
    }
}

#[async_trait]
impl Contender for OneRow {
    fn name(&self) -> &'static str {
        "one row, begin and commit"
    }

    async fn command(&self) -> Result<u64, Failure> {
        let (stream, payload, metadata) = self.0.row()?;
        let mut transaction = self.0.pool.begin().await?;
        sqlx::query(ONE_ROW)
            .bind(stream)
            .bind("RecruitmentConfirmed")
            .bind(payload)
            .bind(metadata)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(1)
    }
}

#[async_trait]
impl Contender for ManyRows {
    fn name(&self) -> &'static str {
        "512 rows as arrays"
    }

    async fn command(&self) -> Result<u64, Failure> {
        let (mut streams, mut payloads, mut metadata) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROWS {
            let row = self.0.row()?;
            streams.push(row.0);
            payloads.push(row.1);
            metadata.push(row.2);
        }
        sqlx::query(MANY_ROWS).bind(streams).bind(payloads).bind(metadata).execute(&self.0.pool).await?;
        Ok(ROWS)
    }
}
