//! Fills new tables from the start of the log: reads it by binary COPY, folds in memory, writes in bulk over two
//! connections, since the database spends more on a row than we do.
//! One reading of the log feeds any number of views. Rebuild and as-of replay both come through here.

use chrono::{DateTime, Utc};
use event_store::{Fault, Leaf, Log, Origins};
use events_schema::{envelope::Recorded, events::Event};
use futures::future::try_join_all;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    checkpoint::{self, Checkpoint},
    fault::{During, ViewFault},
    migrate::{create_tables, projector, run},
    page,
    projection::Writing,
    view::{OpenView, View},
};

/// Positions read between two looks at memory and progress.
const SLICE: i64 = 100_000;
/// Streams whose rows are kept in memory before they are written.
const HELD: usize = 1_000_000;
/// Refusals read at a time.
const REFUSALS: i64 = 5_000;

/// How far a long reading of the log has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events read.
    pub done: i64,
    /// Events to read.
    pub of: i64,
}

/// Is told now and then how far it has come.
pub type Watch<'w> = &'w mut (dyn FnMut(Progress) + Send);

/// Where to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until {
    /// The last event to fold, and the last place of the ledger to look at.
    pub(crate) checkpoint: Checkpoint,
    /// Refused commands received later than this do not count.
    pub(crate) received_by: Option<DateTime<Utc>>,
}

/// A view whose new tables are being filled, over a connection of its own.
pub(crate) struct Filling {
    pub(crate) view: &'static View,
    pub(crate) schema: String,
    pub(crate) open: OpenView,
    pub(crate) at: Checkpoint,
    pool: PgPool,
    connection: PgConnection,
    writing: Writing,
}

impl Filling {
    /// Creates the tables of a view in a schema that is there.
    pub(crate) async fn start(pool: &PgPool, view: &'static View, schema: &str) -> Result<Self, ViewFault> {
        let mut connection = projector(pool).await?;
        create_tables(&mut connection, view, schema).await?;
        let open = view.open(schema);
        let at = Checkpoint::default();
        let (schema, pool) = (schema.to_owned(), pool.clone());
        Ok(Self { view, schema, open, at, pool, connection, writing: Writing::First })
    }

    /// Folds events that came after the first rows were written.
    async fn fold_on(&mut self, events: &[Recorded<Event>]) -> Result<(), ViewFault> {
        if self.writing == Writing::Later {
            self.open.load(&mut self.connection, events).await?;
            events.iter().try_for_each(|recorded| self.open.project(recorded))?;
        }
        Ok(())
    }

    /// Writes what only grows, and everything once there is too much of it to hold.
    async fn relieve(&mut self) -> Result<(), ViewFault> {
        if self.open.held() > HELD {
            return self.write().await;
        }
        self.open.write_growing(&mut self.connection).await
    }

    async fn write(&mut self) -> Result<(), ViewFault> {
        if self.writing == Writing::First {
            let mut other = projector(&self.pool).await?;
            self.open.fill(&mut self.connection, &mut other).await?;
            other.close().await.during("close a connection")?;
            run(&mut self.connection, &self.open.indexes(false), "index the tables of a view").await?;
            self.writing = Writing::Later;
            return Ok(());
        }
        self.open.write(&mut self.connection, self.writing).await
    }

    /// Writes the rest, adds the indexes and moves the checkpoint; a view without refusals stays out of the ledger.
    async fn finish(&mut self, mut at: Checkpoint) -> Result<(), ViewFault> {
        if !self.view.refusals {
            at.ledger_position = 0;
        }
        self.write().await?;
        run(&mut self.connection, &self.open.indexes(true), "index the tables of a view").await?;
        let analyze = self.analyze();
        run(&mut self.connection, &analyze, "look over the tables of a view").await?;
        checkpoint::advance(&mut self.connection, &self.schema, self.view, at).await?;
        self.at = at;
        Ok(())
    }

    /// A small sample is enough: readers of views look rows up by an index, or read everything.
    fn analyze(&self) -> Vec<String> {
        let tables = self.open.table_names().into_iter().map(|table| format!("analyze {}.{table}", self.schema));
        std::iter::once("set default_statistics_target = 20".to_owned()).chain(tables).collect()
    }
}

/// Fills every view from the start of the log to its end.
pub(crate) async fn fill(log: &Log, fillings: &mut [Filling], until: Until, watch: Watch<'_>) -> Result<(), ViewFault> {
    let end = until.checkpoint.position;
    let mut scan = log.read_ahead((0, end), &[]).await?;
    if scan.to() < end {
        return Err(Fault::Corrupt { position: scan.to() + 1, found: "the event is missing".to_owned() }.into());
    }
    let (mut slice, mut relieved) = (Slice::default(), 0);
    while let Some(events) = scan.next().await? {
        let done = events.last().map_or(relieved, |last| last.position);
        slice.fold(fillings, &events)?;
        if done < end && done - relieved < SLICE {
            continue;
        }
        for filling in &mut *fillings {
            filling.fold_on(&slice.later).await?;
            filling.relieve().await?;
        }
        slice.later.clear();
        relieved = done;
        watch(Progress { done, of: end });
    }
    let ledger_position = fold_refusals(log, fillings, until).await?;
    let at = Checkpoint { position: end, ledger_position };
    try_join_all(fillings.iter_mut().map(|filling| filling.finish(at))).await.map(|_| ())
}

/// What was read since memory was looked at the last time.
#[derive(Default)]
struct Slice {
    origins: Origins,
    /// Events for the views that must load rows before they can fold them.
    later: Vec<Recorded<Event>>,
}

impl Slice {
    /// Folds events into the views that hold everything so far, and keeps them for the others.
    fn fold(&mut self, fillings: &mut [Filling], events: &[Leaf<'_>]) -> Result<(), ViewFault> {
        let any_later = fillings.iter().any(|filling| filling.writing == Writing::Later);
        for leaf in events {
            let Some(recorded) = self.typed(fillings, leaf)? else { continue };
            for filling in fillings.iter_mut().filter(|filling| filling.writing == Writing::First) {
                filling.open.project(&recorded)?;
            }
            self.later.extend(any_later.then_some(recorded));
        }
        Ok(())
    }

    /// The event as today's type if any view wants it. A name that nobody knows is never passed over.
    fn typed(&mut self, fillings: &[Filling], leaf: &Leaf<'_>) -> Result<Option<Recorded<Event>>, Fault> {
        if !fillings.iter().any(|filling| filling.view.wants(leaf.event_type)) {
            page::known(leaf.position, leaf.event_type)?;
            return Ok(None);
        }
        leaf.read(&mut self.origins).map(Some)
    }
}

/// Folds the refused commands up to the end; gives back the last place of the ledger that was looked at.
async fn fold_refusals(log: &Log, fillings: &mut [Filling], until: Until) -> Result<i64, ViewFault> {
    let mut wanting: Vec<_> = fillings.iter_mut().filter(|filling| filling.view.refusals).collect();
    let mut reached = 0;
    loop {
        let page = log.refusals(reached, if wanting.is_empty() { 0 } else { REFUSALS }).await?;
        let within = page.iter().take_while(|refusal| refusal.ledger_position <= until.checkpoint.ledger_position);
        let within: Vec<_> = within.filter(|refusal| until.covers(refusal)).collect();
        let Some(last) = within.last().map(|refusal| refusal.ledger_position) else { return Ok(reached) };
        for filling in &mut wanting {
            for refusal in &within {
                filling.open.refuse(refusal);
            }
            filling.open.write_growing(&mut filling.connection).await?;
        }
        reached = last;
    }
}

impl Until {
    /// Whether a refused command had been received by then.
    pub(crate) fn covers(self, refusal: &event_store::Refusal) -> bool {
        refusal.head_position <= self.checkpoint.position
            && self.received_by.is_none_or(|instant| refusal.received_at <= instant)
    }
}
