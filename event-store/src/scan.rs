//! The whole log, or a part of it, as fast as Postgres gives it: for rebuilds, exports and counts.

use std::fmt::Write;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Origin, Position, Recorded, StreamId},
    events::Event,
    ids::{CausationId, CommandId, CorrelationId, EventId},
    upcast,
};
use sqlx::{Connection, PgConnection};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    leaf::Leaf,
    log::Log,
    rows::{Origins, event_columns},
};

/// Rows handed over at a time.
const BATCH: usize = 1_000;

/// Batches that are read ahead while the caller looks at one.
const AHEAD: usize = 4;

impl Leaf<'_> {
    /// When it happened (UTC).
    pub fn happened(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.happened_at).unwrap_or_default()
    }

    /// When it was stored (UTC).
    pub fn recorded(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.recorded_at).unwrap_or_default()
    }

    /// The event as today's type, on its own. Personal fields stay sealed.
    pub fn read(&self, origins: &mut Origins) -> Result<Recorded<Event>, Fault> {
        Ok(Recorded {
            position: self.position,
            stream: StreamId::stored(self.stream),
            version: self.version,
            event_id: EventId(self.event_id),
            origin: self.origin(origins)?,
            happened_at: self.happened(),
            recorded_at: self.recorded(),
            event: upcast::read_text(self.position, self.event_type, (self.schema_version, self.payload))?,
        })
    }

    fn origin(&self, origins: &mut Origins) -> Result<Origin, Fault> {
        let ids = (CommandId(self.command_id), CorrelationId(self.correlation_id), CausationId(self.causation_id));
        let origin = origins.origin(self.actor, self.metadata, ids);
        origin.map_err(|found| Fault::Corrupt { position: self.position, found })
    }
}

/// A reading of one state of the log under way: while the caller looks at a batch, the next ones are read.
pub struct Scan {
    batches: mpsc::Receiver<Result<Vec<Bytes>, Fault>>,
    reading: Option<JoinHandle<()>>,
    rows: Vec<Bytes>,
    seen: Seen,
    to: Position,
}

impl Log {
    /// Reads every event after `after` up to `to` of the types wanted (all if none is named), in order.
    pub async fn read_ahead(&self, (after, to): (Position, Position), wanted: &[&str]) -> Result<Scan, Fault> {
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let head: i64 = sqlx::query_scalar("select position from ledger.log_head where only_row")
            .fetch_one(&mut connection)
            .await
            .map_err(failed)?;
        let to = to.min(head);
        let statement = statement(after, to, wanted)?;
        let (batch, batches) = mpsc::channel(AHEAD);
        let reading = Some(tokio::spawn(read(connection, statement, batch)));
        let seen = Seen { last: after, every: wanted.is_empty() };
        Ok(Scan { batches, reading, rows: Vec::new(), seen, to: to.max(after) })
    }

    /// Visits what [`Log::read_ahead`] reads, some events at a time; gives back the position up to which it was read.
    pub async fn scan<E: From<Fault>>(
        &self,
        range: (Position, Position),
        wanted: &[&str],
        mut visit: impl FnMut(&[Leaf<'_>]) -> Result<(), E>,
    ) -> Result<Position, E> {
        let mut scan = self.read_ahead(range, wanted).await?;
        while let Some(events) = scan.next().await? {
            visit(&events)?;
        }
        Ok(scan.to)
    }
}

impl Scan {
    /// The next events; nothing after the last. A missing position is damage.
    pub async fn next(&mut self) -> Result<Option<Vec<Leaf<'_>>>, Fault> {
        let Some(rows) = self.batches.recv().await else {
            if let Some(reading) = self.reading.take() {
                reading.await.expect("reading the log does not panic");
            }
            return self.seen.end(self.to).map(|()| None);
        };
        self.rows = rows?;
        let mut events = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let leaf = Leaf::read_row(&mut Fields::of(row)).ok_or_else(|| Fault::Corrupt {
                position: self.seen.last + 1,
                found: "its row does not have this release's shape".to_owned(),
            })?;
            self.seen.next(leaf.position)?;
            events.push(leaf);
        }
        Ok(Some(events))
    }

    /// Where it ends: what was asked for, or the head of the log.
    pub fn to(&self) -> Position {
        self.to
    }
}

/// Reads until the last row, or until nobody waits for more.
async fn read(mut connection: PgConnection, statement: String, batch: mpsc::Sender<Result<Vec<Bytes>, Fault>>) {
    if let Err(error) = read_batches(&mut connection, &statement, &batch).await {
        batch.send(Err(failed(error))).await.ok();
    }
    connection.close().await.ok();
}

async fn read_batches(
    connection: &mut PgConnection,
    statement: &str,
    batch: &mpsc::Sender<Result<Vec<Bytes>, Fault>>,
) -> sqlx::Result<()> {
    let mut copied = CopiedRows::start(connection, statement).await?;
    let mut rows = Vec::with_capacity(BATCH);
    while let Some(row) = copied.next().await? {
        rows.push(row);
        if rows.len() == BATCH && batch.send(Ok(std::mem::replace(&mut rows, Vec::with_capacity(BATCH)))).await.is_err()
        {
            return Ok(());
        }
    }
    if !rows.is_empty() {
        batch.send(Ok(rows)).await.ok();
    }
    Ok(())
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

/// COPY takes no parameters: numbers are written as numbers, and names of events hold letters and digits only.
fn statement(after: Position, to: Position, wanted: &[&str]) -> Result<String, Fault> {
    if let Some(odd) = wanted.iter().find(|name| !name.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(Fault::Invalid { reason: format!("{odd:?} is not the name of an event") });
    }
    let columns = event_columns!();
    let mut statement =
        format!("copy (select {columns} from ledger.events where position > {after} and position <= {to}");
    if !wanted.is_empty() {
        write!(statement, " and event_type in ('{}')", wanted.join("', '")).expect("a text takes more text");
    }
    statement.push_str(" order by position) to stdout (format binary)");
    Ok(statement)
}
