//! Proof that the log is what was written: every leaf hash, the order, the streams, the tree and the head, computed anew.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use events_schema::envelope::Position;
use sqlx::{Connection, PgConnection, Row};

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    leaf::Leaf,
    log::Log,
    merkle::{Hash, Tree},
    rows::event_columns,
    transaction::tree_of,
};

/// Events between two reports of progress.
const STEP: i64 = 10_000;

/// The events and their hashes, in order.
pub(crate) const EVERYTHING: &str = concat!(
    "copy (select ",
    event_columns!(),
    ", leaf_hash from ledger.events order by position) to stdout (format binary)"
);

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is the one that was recorded.
    Holds {
        /// Number of events.
        size: Position,
        /// Root of the Merkle tree over them.
        root: Hash,
    },
    /// The log is not the one that was recorded.
    Wrong {
        /// The first position that can be wrong.
        position: Position,
        /// The last position that can be the first wrong one; the same if it is known exactly.
        upto: Position,
        /// What is wrong there.
        found: String,
    },
}

/// What was recomputed so far.
pub(crate) struct Recomputed {
    pub(crate) tree: Tree,
    streams: Streams,
    recorded_at: i64,
    buffer: Vec<u8>,
}

impl Log {
    /// Recomputes the whole log in one state and compares; calls `progress` every 10,000 events.
    pub async fn verify(&self, mut progress: impl FnMut(Position)) -> Result<Verdict, Fault> {
        let failed = |error| Fault::database("read the log to verify it", error);
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let verdict = verdict(&mut connection, &mut progress).await.map_err(failed);
        connection.close().await.ok();
        verdict
    }
}

async fn verdict(connection: &mut PgConnection, progress: &mut impl FnMut(Position)) -> sqlx::Result<Verdict> {
    let head = sqlx::query("select position, frontier from ledger.log_head where only_row")
        .fetch_one(&mut *connection)
        .await?;
    let (size, kept) = (head.try_get("position")?, tree_of(&head)?);
    Ok(match recompute(connection, progress).await? {
        Ok(recomputed) => compare(&recomputed, size, kept.as_ref()),
        Err(wrong) => wrong,
    })
}

async fn recompute(
    connection: &mut PgConnection,
    progress: &mut impl FnMut(Position),
) -> sqlx::Result<Result<Tree, Verdict>> {
    let mut recomputed = Recomputed::after(Tree::default());
    let mut rows = CopiedRows::start(connection, EVERYTHING).await?;
    let mut position = 0;
    while let Some(row) = rows.next().await? {
        position += 1;
        if let Err(found) = recomputed.add(position, &row) {
            return Ok(Err(Verdict::wrong(position, found)));
        }
        if position % STEP == 0 {
            progress(position);
        }
    }
    progress(position);
    Ok(Ok(recomputed.tree))
}

impl Recomputed {
    /// Goes on from a tree over events that were looked at before.
    pub(crate) fn after(tree: Tree) -> Self {
        let streams = Streams { partly: tree.size() > 0, ..Streams::default() };
        Self { tree, streams, recorded_at: i64::MIN, buffer: Vec::with_capacity(1_024) }
    }

    /// Adds the row that must be the event at `position`; says what is wrong with it otherwise.
    pub(crate) fn add(&mut self, position: Position, row: &[u8]) -> Result<(), String> {
        let (leaf, stored) = leaf_of(row).ok_or("its row cannot be read")?;
        if leaf.position != position {
            return Err(format!("the event is missing; the next one is at position {}", leaf.position));
        }
        let hash = leaf.hash(&mut self.buffer);
        if stored != hash {
            return Err(format!("event {} is not as it was recorded: its hash differs", leaf.event_id));
        }
        let expected = self.streams.next(leaf.stream, leaf.version);
        if leaf.version != expected {
            return Err(format!("stream {} goes on with version {}, not {expected}", leaf.stream, leaf.version));
        }
        if leaf.recorded_at < std::mem::replace(&mut self.recorded_at, leaf.recorded_at) {
            return Err("it was recorded before the event in front of it".to_owned());
        }
        self.tree.push(hash);
        Ok(())
    }
}

/// The last version of each stream, by a keyed 128-bit hash of its name, so that ten million streams fit.
#[derive(Default)]
struct Streams {
    keys: (RandomState, RandomState),
    versions: HashMap<(u64, u64), i64>,
    /// Earlier events were not looked at: the first version of a stream that comes by is taken as it is.
    partly: bool,
}

impl Streams {
    fn next(&mut self, stream: &str, found: i64) -> i64 {
        let key = (self.keys.0.hash_one(stream), self.keys.1.hash_one(stream));
        let before = if self.partly { found - 1 } else { 0 };
        let version = self.versions.entry(key).or_insert(before);
        *version += 1;
        *version
    }
}

fn leaf_of(row: &[u8]) -> Option<(Leaf<'_>, &[u8])> {
    let mut fields = Fields::of(row);
    Some((Leaf::read_row(&mut fields)?, fields.bytes()?))
}

impl Verdict {
    /// Wrong at exactly this position.
    pub(crate) fn wrong(position: Position, found: impl Into<String>) -> Self {
        Self::Wrong { position, upto: position, found: found.into() }
    }
}

/// Every row is right in itself: is the whole what the head says?
pub(crate) fn compare(recomputed: &Tree, size: i64, kept: Option<&Tree>) -> Verdict {
    let found = i64::try_from(recomputed.size()).expect("positions are below 2^63");
    if found < size {
        return Verdict::wrong(found + 1, format!("the event is missing: the log was cut, its head says {size}"));
    }
    if found > size {
        return Verdict::wrong(size + 1, format!("the event is behind the head, which says {size}"));
    }
    let Some(kept) = kept else { return Verdict::wrong(size, "the tree kept in the head is damaged") };
    match recomputed.first_difference(kept) {
        None => Verdict::Holds { size, root: recomputed.root() },
        Some(leaves) => {
            let first = i64::try_from(leaves.start).expect("positions are below 2^63") + 1;
            let upto = i64::try_from(leaves.end).expect("as above");
            let found = format!("somewhere in positions {first} to {upto} an event was exchanged, hash and all");
            Verdict::Wrong { position: first, upto, found }
        }
    }
}
