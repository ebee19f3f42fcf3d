//! The Merkle tree of RFC 6962 with SHA-256: roots, inclusion and consistency. Leaf index = position - 1.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};

/// A leaf's or a node's hash.
pub type Hash = [u8; 32];

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 is 32 bytes")
}

/// The hash of an inner node.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1][..], left, right].concat())
}

/// A hash as it is written down: base64 with padding.
pub fn written(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// A hash as it was written down; nothing if it is not 32 bytes in the one right way of writing them.
pub fn read(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Hashes as they were written down.
pub fn read_all(texts: &[String]) -> Option<Vec<Hash>> {
    texts.iter().map(|text| read(text)).collect()
}

/// A growing tree: the roots of its perfect subtrees, largest first, one per set bit of the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    frontier: Vec<Hash>,
}

impl Tree {
    /// The tree of `size` leaves with these perfect subtrees; nothing if the two do not fit.
    pub fn with(size: u64, frontier: Vec<Hash>) -> Option<Self> {
        (frontier.len() == size.count_ones() as usize).then_some(Self { size, frontier })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.frontier.pop().expect("each trailing one of the size has its subtree");
            hash = node(&left, &hash);
        }
        self.frontier.push(hash);
        self.size += 1;
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.frontier.iter().rev().copied();
        let smallest = subtrees.next().unwrap_or_else(|| sha256(&[]));
        subtrees.fold(smallest, |right, left| node(&left, &right))
    }
}

/// Whether the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
pub fn includes(leaf: Hash, (index, size): (u64, u64), path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.2).
pub fn extends((old, old_root): (u64, &Hash), (new, new_root): (u64, &Hash), path: &[Hash]) -> bool {
    if old == new || old == 0 {
        return path.is_empty() && (old == 0 || old_root == new_root);
    }
    if old > new {
        return false;
    }
    let whole = old.is_power_of_two().then_some(*old_root);
    let mut path = whole.iter().chain(path).copied();
    let Some(first) = path.next() else { return false };
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut before, mut after) = (first, first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            before = node(&sibling, &before);
            after = node(&sibling, &after);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            after = node(&after, &sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && before == *old_root && after == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u64) -> Hash {
        sha256(&[&[0][..], &n.to_be_bytes()].concat())
    }

    fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [only] => *only,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node(&root(left), &root(right))
            }
        }
    }

    fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() < 2 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
        let (mut below, sibling) = if index < left.len() {
            (path(index, left), root(right))
        } else {
            (path(index - left.len(), right), root(left))
        };
        below.push(sibling);
        below
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_included_at_its_place_alone() {
        for size in 1..40_usize {
            let leaves: Vec<Hash> = (0..size as u64).map(leaf).collect();
            let root = root(&leaves);
            for index in 0..size {
                let path = path(index, &leaves);
                for other in 0..=size {
                    let found = includes(leaves[index], (other as u64, size as u64), &path, &root);
                    assert_eq!(found, other == index, "{index} of {size} at {other}");
                }
                assert!(!includes(leaf(99), (index as u64, size as u64), &path, &root));
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_at_every_size() {
        let leaves: Vec<Hash> = (0..100).map(leaf).collect();
        let mut tree = Tree::default();
        for (at, hash) in leaves.iter().enumerate() {
            tree.push(*hash);
            assert_eq!(tree.root(), root(&leaves[..=at]));
        }
    }
}
