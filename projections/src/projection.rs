//! How rows follow from the log. A live view, a rebuild and a replay all fold through here: one code path.
//! Rows are loaded by the stream they belong to, folded in memory, and written together.

#[cfg(test)]
pub(crate) mod given;

use std::{borrow::Cow, collections::HashMap};

use async_trait::async_trait;
use event_store::Refusal;
use events_schema::{
    envelope::{Recorded, StreamId},
    events::Event,
};
use futures::future::try_join;
use sqlx::{PgConnection, postgres::PgRow};
use tokio::task::spawn_blocking;

use crate::{
    fault::{During, ViewFault},
    row::{self, Keyed, Row},
};

/// Why an event cannot be folded into the rows it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

/// Folds events into the rows of their stream. What it yields depends on nothing but those events and their order.
pub trait Projection: Send + Sync + 'static {
    /// What it keeps.
    type Row: Keyed;
    /// The stream whose rows the event changes, or nothing if it changes none.
    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>>;
    /// Folds the event into all rows of that stream, which come and go in the order of their key.
    fn project(rows: &mut Vec<Self::Row>, recorded: &Recorded<Event>) -> Result<(), Unfit>;
}

/// Writes down events or refusals one by one; no row depends on another.
pub trait Listing: Send + Sync + 'static {
    /// What it keeps.
    type Row: Row;
    /// The row of an event, if it has one.
    fn event(_recorded: &Recorded<Event>) -> Option<Self::Row> {
        None
    }
    /// The row of a refused command, if it has one.
    fn refusal(_refusal: &Refusal) -> Option<Self::Row> {
        None
    }
}

/// How rows reach their table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// Page by page into tables that readers see.
    Live,
    /// For the first time into new tables without indexes.
    First,
    /// Again into new tables, whose folded rows are indexed by now.
    Later,
}

/// One table of a view while it is being brought up to date.
#[async_trait]
pub(crate) trait Table: Send {
    /// Its name, without a schema.
    fn name(&self) -> &'static str;
    /// `create table`.
    fn definition(&self, schema: &str) -> String;
    /// Primary key and indexes.
    fn indexes(&self, schema: &str) -> Vec<String>;
    /// Notes which rows the event will need.
    fn touch(&mut self, recorded: &Recorded<Event>);
    /// Loads the rows noted.
    async fn load(&mut self, connection: &mut PgConnection, schema: &str) -> Result<(), ViewFault>;
    /// Folds one event.
    fn project(&mut self, recorded: &Recorded<Event>) -> Result<(), Unfit>;
    /// Folds one refused command.
    fn refuse(&mut self, refusal: &Refusal);
    /// Whether it only grows, so that no row is ever loaded or replaced.
    fn only_grows(&self) -> bool;
    /// How many streams' rows are in memory.
    fn held(&self) -> usize;
    /// Writes everything into a new table, over two connections at once, and forgets it.
    async fn fill(&mut self, one: &mut PgConnection, other: &mut PgConnection, schema: &str) -> Result<(), ViewFault>;
    /// Writes what changed and forgets it.
    async fn write(&mut self, connection: &mut PgConnection, schema: &str, how: Writing) -> Result<(), ViewFault>;
}

/// A table whose rows are folded stream by stream.
pub(crate) struct Folded<P: Projection> {
    streams: HashMap<StreamId, Vec<P::Row>>,
    missing: Vec<StreamId>,
}

impl<P: Projection> Folded<P> {
    pub(crate) fn boxed() -> Box<dyn Table> {
        Box::new(Self { streams: HashMap::new(), missing: Vec::new() })
    }
}

#[async_trait]
impl<P: Projection> Table for Folded<P> {
    fn name(&self) -> &'static str {
        P::Row::TABLE
    }
    fn definition(&self, schema: &str) -> String {
        row::create_table::<P::Row>(schema)
    }
    fn indexes(&self, schema: &str) -> Vec<String> {
        row::create_indexes::<P::Row>(schema)
    }
    fn touch(&mut self, recorded: &Recorded<Event>) {
        let Some(stream) = P::stream(recorded) else { return };
        if !self.streams.contains_key(stream.as_ref()) {
            self.missing.push(stream.clone().into_owned());
            self.streams.insert(stream.into_owned(), Vec::new());
        }
    }
    async fn load(&mut self, connection: &mut PgConnection, schema: &str) -> Result<(), ViewFault> {
        let missing: Vec<String> = self.missing.drain(..).map(|stream| stream.as_str().to_owned()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let select = row::select_streams::<P::Row>(schema);
        let found: Vec<PgRow> =
            sqlx::query(&select).bind(missing).fetch_all(connection).await.during("load the rows of a view")?;
        for row in &found {
            let row = P::Row::get(row).during("read the rows of a view")?;
            self.streams.get_mut(row.stream()).expect("only touched streams are loaded").push(row);
        }
        Ok(())
    }
    fn project(&mut self, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Some(stream) = P::stream(recorded) else { return Ok(()) };
        if let Some(rows) = self.streams.get_mut(stream.as_ref()) {
            // Most streams have a row or two: room for four wide ones each would be most of the memory.
            if rows.len() < 4 {
                rows.reserve_exact(1);
            }
            return P::project(rows, recorded);
        }
        P::project(self.streams.entry(stream.into_owned()).or_insert_with(|| Vec::with_capacity(1)), recorded)
    }
    fn refuse(&mut self, _: &Refusal) {}
    fn only_grows(&self) -> bool {
        false
    }
    fn held(&self) -> usize {
        self.streams.len()
    }
    async fn fill(&mut self, one: &mut PgConnection, other: &mut PgConnection, schema: &str) -> Result<(), ViewFault> {
        let streams = std::mem::take(&mut self.streams);
        let rows: Vec<&P::Row> = streams.values().flatten().collect();
        fill_over_both(one, other, schema, &rows).await?;
        // A million rows take a while to go; the indexes need not wait for it.
        drop(rows);
        drop(spawn_blocking(move || drop(streams)));
        Ok(())
    }
    async fn write(&mut self, connection: &mut PgConnection, schema: &str, _: Writing) -> Result<(), ViewFault> {
        let streams = std::mem::take(&mut self.streams);
        upsert(connection, schema, streams.values().flatten()).await
    }
}

/// A table that only grows.
pub(crate) struct Listed<L: Listing> {
    rows: Vec<L::Row>,
}

impl<L: Listing> Listed<L> {
    pub(crate) fn boxed() -> Box<dyn Table> {
        Box::new(Self { rows: Vec::new() })
    }
}

#[async_trait]
impl<L: Listing> Table for Listed<L> {
    fn name(&self) -> &'static str {
        L::Row::TABLE
    }
    fn definition(&self, schema: &str) -> String {
        row::create_table::<L::Row>(schema)
    }
    fn indexes(&self, schema: &str) -> Vec<String> {
        row::create_indexes::<L::Row>(schema)
    }
    fn touch(&mut self, _: &Recorded<Event>) {}
    async fn load(&mut self, _: &mut PgConnection, _: &str) -> Result<(), ViewFault> {
        Ok(())
    }
    fn project(&mut self, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        self.rows.extend(L::event(recorded));
        Ok(())
    }
    fn refuse(&mut self, refusal: &Refusal) {
        self.rows.extend(L::refusal(refusal));
    }
    fn only_grows(&self) -> bool {
        true
    }
    fn held(&self) -> usize {
        0
    }
    async fn fill(&mut self, one: &mut PgConnection, other: &mut PgConnection, schema: &str) -> Result<(), ViewFault> {
        let rows = std::mem::take(&mut self.rows);
        fill_over_both(one, other, schema, &rows.iter().collect::<Vec<_>>()).await
    }
    async fn write(&mut self, connection: &mut PgConnection, schema: &str, how: Writing) -> Result<(), ViewFault> {
        let rows = std::mem::take(&mut self.rows);
        let rows = rows.iter();
        if how == Writing::Live { upsert(connection, schema, rows).await } else { fill(connection, schema, rows).await }
    }
}

/// Rows sent in one statement: enough to make a round trip cheap, few enough to keep its memory small.
const ROWS_PER_UPSERT: usize = 2_000;

async fn fill<'r, R: Row>(
    connection: &mut PgConnection,
    schema: &str,
    rows: impl Iterator<Item = &'r R> + Send,
) -> Result<(), ViewFault> {
    row::copy_in(connection, schema, rows).await.during("fill a table of a view")
}

async fn fill_over_both<R: Row>(
    one: &mut PgConnection,
    other: &mut PgConnection,
    schema: &str,
    rows: &[&R],
) -> Result<(), ViewFault> {
    let (first, second) = rows.split_at(rows.len() / 2);
    let first = fill(one, schema, first.iter().copied());
    try_join(first, fill(other, schema, second.iter().copied())).await.map(|_| ())
}

async fn upsert<'r, R: Row>(
    connection: &mut PgConnection,
    schema: &str,
    rows: impl Iterator<Item = &'r R> + Send,
) -> Result<(), ViewFault> {
    let rows: Vec<&R> = rows.collect();
    let upsert = row::upsert::<R>(schema);
    for chunk in rows.chunks(ROWS_PER_UPSERT) {
        R::bind(chunk, sqlx::query(&upsert)).execute(&mut *connection).await.during("write the rows of a view")?;
    }
    Ok(())
}
