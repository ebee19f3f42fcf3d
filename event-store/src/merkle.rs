//! The Merkle tree of RFC 6962 (SHA-256) over the log: leaf index = position - 1.
//! Only its frontier is kept: the roots of the perfect subtrees, largest first, one per set bit of the size.

use ring::digest::{Context, SHA256, digest};

/// A leaf's or a node's hash.
pub type Hash = [u8; 32];

/// First byte of what is hashed for a leaf, so that a leaf can never pass for a node.
pub const LEAF_PREFIX: u8 = 0;
const NODE_PREFIX: u8 = 1;

/// A growing tree, by its frontier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    frontier: Vec<Hash>,
}

/// The hash of a leaf that already starts with [`LEAF_PREFIX`].
pub fn prefixed_leaf_hash(prefixed: &[u8]) -> Hash {
    digest(&SHA256, prefixed).as_ref().try_into().expect("SHA-256 is 32 bytes")
}

/// The hash of an inner node.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[NODE_PREFIX]);
    context.update(left);
    context.update(right);
    context.finish().as_ref().try_into().expect("SHA-256 is 32 bytes")
}

impl Tree {
    /// The tree of `size` leaves with a stored frontier; nothing if the two do not fit.
    pub fn stored(size: u64, frontier: Vec<Hash>) -> Option<Self> {
        (frontier.len() == size.count_ones() as usize).then_some(Self { size, frontier })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the perfect subtrees, largest first.
    pub fn frontier(&self) -> &[Hash] {
        &self.frontier
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.frontier.pop().expect("each trailing one of the size has its subtree");
            node = node_hash(&left, &node);
        }
        self.frontier.push(node);
        self.size += 1;
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.frontier.iter().rev().copied();
        let smallest = subtrees.next().unwrap_or_else(|| prefixed_leaf_hash(&[]));
        subtrees.fold(smallest, |right, left| node_hash(&left, &right))
    }

    /// The leaf indices under the first subtree that differs from `other`'s; nothing if none does.
    pub fn first_difference(&self, other: &Self) -> Option<std::ops::Range<u64>> {
        let mut start = 0;
        for (level, (ours, theirs)) in self.levels().zip(self.frontier.iter().zip(&other.frontier)) {
            let end = start + (1 << level);
            if ours != theirs {
                return Some(start..end);
            }
            start = end;
        }
        (self.size != other.size).then_some(self.size.min(other.size)..self.size.max(other.size))
    }

    /// Heights of the perfect subtrees, largest first.
    fn levels(&self) -> impl Iterator<Item = u32> {
        let size = self.size;
        (0..u64::BITS).rev().filter(move |level| size >> level & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves and roots of the reference implementation of certificate transparency.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    }

    fn leaf(content: &[u8]) -> Hash {
        prefixed_leaf_hash(&[&[LEAF_PREFIX], content].concat())
    }

    /// RFC 6962 section 2.1, word by word.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => prefixed_leaf_hash(&[]),
            [only] => *only,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    #[test]
    fn the_roots_are_those_of_the_reference_implementation() {
        let mut tree = Tree::default();
        assert_eq!(tree.root().to_vec(), prefixed_leaf_hash(&[]).to_vec());
        for (size, hex) in LEAVES.iter().enumerate() {
            tree.push(leaf(&bytes(hex)));
            assert_eq!(tree.root().to_vec(), bytes(ROOTS[size + 1]), "size {}", size + 1);
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_at_every_size() {
        let leaves: Vec<Hash> = (0_u16..300).map(|n| leaf(&n.to_be_bytes())).collect();
        let mut tree = Tree::default();
        for (at, hash) in leaves.iter().enumerate() {
            tree.push(*hash);
            assert_eq!(tree.root(), root_by_definition(&leaves[..=at]));
            assert_eq!(Tree::stored(tree.size(), tree.frontier().to_vec()), Some(tree.clone()));
        }
    }

    #[test]
    fn the_first_subtree_that_differs_is_named_by_its_leaves() {
        let (mut one, mut other) = (Tree::default(), Tree::default());
        for n in 0_u16..13 {
            one.push(leaf(&n.to_be_bytes()));
            other.push(leaf(&if n == 9 { 99_u16 } else { n }.to_be_bytes()));
        }
        assert_eq!(one.first_difference(&other), Some(8..12));
        assert_eq!(one.first_difference(&one.clone()), None);
    }
}
