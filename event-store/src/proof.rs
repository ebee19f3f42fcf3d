//! Inclusion and consistency proofs (RFC 6962), computed from the leaf hashes of the log. The roots over each 256 leaves
//! are remembered once they were read: 32 bytes for 256 events, and a proof then reads two short ranges of leaves.

use std::sync::Arc;

use events_schema::envelope::Position;
use sqlx::{Connection, PgConnection};
use tokio::sync::RwLock;

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    log::Log,
    merkle::{Hash, Tree, node_hash, prefixed_leaf_hash},
};

/// Leaves under one remembered root.
const BLOCK: u64 = 256;

/// That an event stands at its position in the tree of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The event's position; its leaf index is one less.
    pub position: Position,
    /// Number of events in the tree.
    pub size: Position,
    /// Hash of the event's leaf.
    pub leaf: Hash,
    /// Hashes of the siblings, from the leaf upwards.
    pub path: Vec<Hash>,
}

/// That the tree of one size begins with the tree of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// The smaller size.
    pub from: Position,
    /// The larger size.
    pub to: Position,
    /// Root at the smaller size.
    pub from_root: Hash,
    /// Root at the larger size.
    pub to_root: Hash,
    /// The hashes of the proof.
    pub path: Vec<Hash>,
}

/// Computes proofs. Cheap to clone; every clone remembers the same.
#[derive(Clone)]
pub struct Proofs {
    log: Log,
    blocks: Arc<RwLock<Vec<Hash>>>,
}

/// Leaves of a tree, from index `start` up to but without `end`.
type Leaves = (u64, u64);

impl Proofs {
    /// Over a log.
    pub fn new(log: Log) -> Self {
        Self { log, blocks: Arc::default() }
    }

    /// That the event at a position is in the tree of `size` events; nothing if the log has no such event or size.
    pub async fn event(&self, position: Position, size: Position) -> Result<Option<Inclusion>, Fault> {
        let Some((index, leaves)) = index(position).zip(self.within(size).await?).filter(|(at, to)| at < to) else {
            return Ok(None);
        };
        let mut path = Vec::new();
        for range in inclusion(index, (0, leaves)) {
            path.push(self.root_of(range).await?);
        }
        let leaf = self.root_of((index, index + 1)).await?;
        Ok(Some(Inclusion { position, size, leaf, path }))
    }

    /// That the tree of `to` events begins with the tree of `from` events; nothing if the log has no such sizes.
    pub async fn consistency(&self, from: Position, to: Position) -> Result<Option<Consistency>, Fault> {
        let Some((old, new)) = u64::try_from(from).ok().zip(self.within(to).await?).filter(|(old, new)| old <= new)
        else {
            return Ok(None);
        };
        let mut path = Vec::new();
        for range in consistency(old, (0, new), true) {
            path.push(self.root_of(range).await?);
        }
        let (from_root, to_root) = (self.root_of((0, old)).await?, self.root_of((0, new)).await?);
        Ok(Some(Consistency { from, to, from_root, to_root, path }))
    }

    /// The tree over the first `size` events, by its frontier; nothing if the log has fewer.
    pub async fn tree(&self, size: Position) -> Result<Option<Tree>, Fault> {
        let Some(leaves) = self.within(size).await? else { return Ok(None) };
        let mut frontier = Vec::new();
        for range in perfect_subtrees((0, leaves)) {
            frontier.push(self.root_of(range).await?);
        }
        Ok(Tree::stored(leaves, frontier))
    }

    async fn within(&self, size: Position) -> Result<Option<u64>, Fault> {
        let head = self.log.head().await?.position;
        Ok(u64::try_from(size).ok().filter(|_| size <= head))
    }

    /// The root over leaves that stand under one node: whole blocks from memory, the rest from the log.
    async fn root_of(&self, (start, end): Leaves) -> Result<Hash, Fault> {
        let blocks_end = end / BLOCK;
        let mut frontier = Vec::new();
        let mut rest = start;
        if start.is_multiple_of(BLOCK) && end - start >= BLOCK {
            self.remember(blocks_end).await?;
            let blocks = self.blocks.read().await;
            let (first, last) = (place(start / BLOCK), place(blocks_end));
            frontier = tree_over(&blocks[first..last]).frontier().to_vec();
            rest = blocks_end * BLOCK;
        }
        if rest < end {
            let leaves = self.log.leaf_hashes((position(rest), position(end))).await?;
            frontier.extend(tree_over(&leaves).frontier());
        }
        Ok(root_of_frontier(&frontier))
    }

    /// Reads leaves until the roots of so many blocks are known.
    async fn remember(&self, count: u64) -> Result<(), Fault> {
        if place(count) <= self.blocks.read().await.len() {
            return Ok(());
        }
        let mut blocks = self.blocks.write().await;
        let after = blocks.len() as u64 * BLOCK;
        if after >= count * BLOCK {
            return Ok(());
        }
        let mut block = Tree::default();
        let mut add = |leaf| {
            block.push(leaf);
            if block.size() == BLOCK {
                blocks.push(std::mem::take(&mut block).root());
            }
        };
        self.log.each_leaf_hash((position(after), position(count * BLOCK)), &mut add).await
    }
}

impl Log {
    /// The leaf hashes after a position up to another, in order.
    pub async fn leaf_hashes(&self, range: (Position, Position)) -> Result<Vec<Hash>, Fault> {
        let mut leaves = Vec::with_capacity(place(u64::try_from(range.1 - range.0).unwrap_or_default()));
        self.each_leaf_hash(range, &mut |leaf| leaves.push(leaf)).await?;
        Ok(leaves)
    }

    async fn each_leaf_hash(
        &self,
        range: (Position, Position),
        visit: &mut (dyn FnMut(Hash) + Send),
    ) -> Result<(), Fault> {
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let read = each_leaf_hash(&mut connection, range, visit).await;
        connection.close().await.ok();
        read
    }
}

/// As [`Log::leaf_hashes`], within what a connection sees. A missing position is damage.
pub(crate) async fn each_leaf_hash(
    connection: &mut PgConnection,
    (after, to): (Position, Position),
    visit: &mut (dyn FnMut(Hash) + Send),
) -> Result<(), Fault> {
    let statement = format!(
        "copy (select position, leaf_hash from ledger.events where position > {after} and position <= {to}
               order by position) to stdout (format binary)"
    );
    let mut rows = CopiedRows::start(connection, &statement).await.map_err(failed)?;
    let mut expected = after;
    while let Some(row) = rows.next().await.map_err(failed)? {
        expected += 1;
        let mut fields = Fields::of(&row);
        let read = fields.bigint().filter(|position| *position == expected).and_then(|_| fields.bytes());
        let leaf = read.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| missing(expected))?;
        visit(leaf);
    }
    if expected < to { Err(missing(expected + 1)) } else { Ok(()) }
}

fn missing(position: Position) -> Fault {
    Fault::Corrupt { position, found: "the event is missing".to_owned() }
}

fn failed(error: sqlx::Error) -> Fault {
    Fault::database("read the hashes of the log", error)
}

/// The subtrees beside the way from a leaf to the root, from the leaf upwards (RFC 6962, 2.1.1).
fn inclusion(index: u64, leaves: Leaves) -> Vec<Leaves> {
    let Some((left, right)) = halves(leaves) else { return Vec::new() };
    let (own, sibling) = if index < right.0 { (left, right) } else { (right, left) };
    let mut path = inclusion(index, own);
    path.push(sibling);
    path
}

/// The subtrees of which both trees are made (RFC 6962, 2.1.2); `whole` while the old tree is a subtree as it is.
fn consistency(old: u64, leaves: Leaves, whole: bool) -> Vec<Leaves> {
    if old == leaves.1 || old == 0 {
        return if whole { Vec::new() } else { vec![leaves] };
    }
    let (left, right) = halves(leaves).expect("a tree that is larger than another has two halves");
    let (inner, whole, other) = if old <= right.0 { (left, whole, right) } else { (right, false, left) };
    let mut path = consistency(old, inner, whole);
    path.push(other);
    path
}

/// The two subtrees under the node over these leaves; nothing under a single leaf.
fn halves((start, end): Leaves) -> Option<(Leaves, Leaves)> {
    let count = end - start;
    let left = count.next_power_of_two() / 2;
    (count > 1).then_some(((start, start + left), (start + left, end)))
}

/// The perfect subtrees of a tree, largest first.
fn perfect_subtrees((start, end): Leaves) -> Vec<Leaves> {
    let mut from = start;
    let sizes = (0..u64::BITS).rev().map(|level| 1_u64 << level).filter(|size| (end - start) & size != 0);
    let ranges = sizes.map(|size| {
        from += size;
        (from - size, from)
    });
    ranges.collect()
}

fn tree_over(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree
}

/// The root over subtrees, largest first.
fn root_of_frontier(frontier: &[Hash]) -> Hash {
    let mut subtrees = frontier.iter().rev().copied();
    let smallest = subtrees.next().unwrap_or_else(|| prefixed_leaf_hash(&[]));
    subtrees.fold(smallest, |right, left| node_hash(&left, &right))
}

fn index(position: Position) -> Option<u64> {
    u64::try_from(position.checked_sub(1)?).ok()
}

fn position(leaf_count: u64) -> Position {
    Position::try_from(leaf_count).expect("positions are below 2^63")
}

fn place(count: u64) -> usize {
    usize::try_from(count).expect("what is remembered fits into memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subtrees_are_those_of_the_examples_in_the_standard() {
        assert_eq!(inclusion(0, (0, 7)), [(1, 2), (2, 4), (4, 7)]);
        assert_eq!(inclusion(3, (0, 7)), [(2, 3), (0, 2), (4, 7)]);
        assert_eq!(inclusion(4, (0, 7)), [(5, 6), (6, 7), (0, 4)]);
        assert_eq!(inclusion(6, (0, 7)), [(4, 6), (0, 4)]);
        assert_eq!(consistency(3, (0, 7), true), [(2, 3), (3, 4), (0, 2), (4, 7)]);
        assert_eq!(consistency(4, (0, 7), true), [(4, 7)]);
        assert_eq!(consistency(6, (0, 7), true), [(4, 6), (6, 7), (0, 4)]);
        assert_eq!(perfect_subtrees((0, 7)), [(0, 4), (4, 6), (6, 7)]);
    }

    #[test]
    fn a_subtree_is_read_from_whole_blocks_or_lies_within_one() {
        for size in 1..2_000 {
            for (start, end) in (0..size).step_by(97).flat_map(|index| inclusion(index, (0, size))) {
                assert!(start % BLOCK == 0 || start / BLOCK == (end - 1) / BLOCK, "{start}..{end} of {size}");
            }
        }
    }
}
