//! The whole log, or a part of it, as fast as Postgres gives it: for rebuilds, exports and counts.

use std::fmt::Write;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Origin, Payload, Position, Recorded, StreamId},
    ids::{CausationId, CommandId, CorrelationId, EventId},
};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    log::Log,
    rows,
};

/// Rows handed over at a time.
const BATCH: usize = 1_000;

/// An event as a view needs it, borrowed from the wire. Personal fields of the payload are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slim<'a> {
    /// Place in the log.
    pub position: Position,
    /// The stream.
    pub stream: &'a str,
    /// Place in the stream.
    pub version: i64,
    /// UUIDv7.
    pub event_id: Uuid,
    /// Name of the event.
    pub event_type: &'a str,
    /// Version of its schema.
    pub schema_version: i16,
    /// Payload as stored.
    pub payload: &'a str,
    /// Channel and trace as stored, JSON.
    pub metadata: &'a str,
    /// Who, as one token.
    pub actor: &'a str,
    /// The command.
    pub command_id: Uuid,
    /// What followed from one first cause.
    pub correlation_id: Uuid,
    /// What directly led to it.
    pub causation_id: Uuid,
    /// Microseconds since 1970.
    pub happened_at: i64,
    /// Microseconds since 1970.
    pub recorded_at: i64,
}

impl Slim<'_> {
    /// When it happened (UTC).
    pub fn happened(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.happened_at).unwrap_or_default()
    }

    /// When it was stored (UTC).
    pub fn recorded(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.recorded_at).unwrap_or_default()
    }

    /// The same event on its own, as the pages of the log give it.
    pub fn to_recorded(&self) -> Result<Recorded<Payload>, Fault> {
        Ok(Recorded {
            position: self.position,
            stream: StreamId::stored(self.stream),
            version: self.version,
            event_id: EventId(self.event_id),
            origin: self.origin().map_err(|found| Fault::Corrupt { position: self.position, found })?,
            happened_at: self.happened(),
            recorded_at: self.recorded(),
            event: Payload {
                event_type: self.event_type.to_owned(),
                schema_version: self.schema_version,
                json: self.payload.to_owned(),
            },
        })
    }

    fn origin(&self) -> Result<Origin, String> {
        let ids = (CommandId(self.command_id), CorrelationId(self.correlation_id), CausationId(self.causation_id));
        rows::origin(self.actor, self.metadata, ids)
    }
}

impl Log {
    /// Visits every event after `after` up to `to` of the types wanted (all if none is named), in order, some at a time.
    /// Reads one state of the log; gives back the position up to which it was read. A missing position is damage.
    pub async fn scan<E: From<Fault>>(
        &self,
        (after, to): (Position, Position),
        wanted: &[&str],
        mut visit: impl FnMut(&[Slim<'_>]) -> Result<(), E>,
    ) -> Result<Position, E> {
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let scanned = scan(&mut connection, (after, to, wanted), &mut visit).await;
        connection.close().await.ok();
        scanned
    }
}

async fn scan<E: From<Fault>>(
    connection: &mut PgConnection,
    (after, to, wanted): (Position, Position, &[&str]),
    visit: &mut impl FnMut(&[Slim<'_>]) -> Result<(), E>,
) -> Result<Position, E> {
    let head: i64 = sqlx::query_scalar("select position from ledger.log_head where only_row")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let to = to.min(head);
    let mut copied = CopiedRows::start(connection, &statement(after, to, wanted)?).await.map_err(failed)?;
    let mut rows: Vec<Bytes> = Vec::with_capacity(BATCH);
    let mut seen = Seen { last: after, every: wanted.is_empty() };
    while let Some(row) = copied.next().await.map_err(failed)? {
        rows.push(row);
        if rows.len() == BATCH {
            hand_over(&mut rows, &mut seen, visit)?;
        }
    }
    hand_over(&mut rows, &mut seen, visit)?;
    seen.end(to)?;
    Ok(to.max(after))
}

fn failed(error: sqlx::Error) -> Fault {
    Fault::database("scan the log", error)
}

/// How far the scan has come, and whether every position must come.
struct Seen {
    last: Position,
    every: bool,
}

impl Seen {
    fn next(&mut self, position: Position) -> Result<(), Fault> {
        let expected = std::mem::replace(&mut self.last, position) + 1;
        if self.every && position != expected {
            return Err(Fault::Corrupt { position: expected, found: "the event is missing".to_owned() });
        }
        Ok(())
    }

    fn end(&self, to: Position) -> Result<(), Fault> {
        if self.every && self.last < to {
            return Err(Fault::Corrupt { position: self.last + 1, found: "the event is missing".to_owned() });
        }
        Ok(())
    }
}

fn hand_over<E: From<Fault>>(
    held: &mut Vec<Bytes>,
    seen: &mut Seen,
    visit: &mut impl FnMut(&[Slim<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut batch = Vec::with_capacity(held.len());
    for row in &*held {
        let slim = slim(row).ok_or_else(|| Fault::Corrupt {
            position: seen.last + 1,
            found: "its row does not have this release's shape".to_owned(),
        })?;
        seen.next(slim.position)?;
        batch.push(slim);
    }
    if !batch.is_empty() {
        visit(&batch)?;
    }
    drop(batch);
    held.clear();
    Ok(())
}

fn slim(row: &[u8]) -> Option<Slim<'_>> {
    let mut fields = Fields::of(row);
    Some(Slim {
        position: fields.bigint()?,
        stream: fields.text()?,
        version: fields.bigint()?,
        event_id: fields.uuid()?,
        event_type: fields.text()?,
        schema_version: fields.smallint()?,
        payload: fields.text()?,
        metadata: fields.text()?,
        actor: fields.text()?,
        command_id: fields.uuid()?,
        correlation_id: fields.uuid()?,
        causation_id: fields.uuid()?,
        happened_at: fields.microseconds()?,
        recorded_at: fields.microseconds()?,
    })
}

/// COPY takes no parameters: numbers are written as numbers, and names of events hold letters and digits only.
fn statement(after: Position, to: Position, wanted: &[&str]) -> Result<String, Fault> {
    if let Some(odd) = wanted.iter().find(|name| !name.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(Fault::Invalid { reason: format!("{odd:?} is not the name of an event") });
    }
    let mut statement = format!(
        "copy (select position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata, \
         actor, command_id, correlation_id, causation_id, happened_at, recorded_at \
         from ledger.events where position > {after} and position <= {to}"
    );
    if !wanted.is_empty() {
        write!(statement, " and event_type in ('{}')", wanted.join("', '")).expect("a text takes more text");
    }
    statement.push_str(" order by position) to stdout (format binary)");
    Ok(statement)
}
