//! Merkle trees over an ordered list, RFC 9162 section 2.1 [P1, hashes and trees]. Invariant: a path proves exactly
//! that one leaf is at one index of a tree of one size.

use crate::digest::{Digest, sha256};
use borsh::{BorshDeserialize, BorshSerialize};

/// The hash of a leaf: `SHA-256(0x00 || data)`.
pub fn leaf_hash(data: &[u8]) -> Digest {
    sha256(&[&[0], data])
}

/// The hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], &left.0, &right.0])
}

/// The root over leaf hashes. The root of the empty tree is SHA-256 of the empty string.
pub fn root(leaves: &[Digest]) -> Digest {
    if leaves.is_empty() {
        return sha256(&[]);
    }
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = parents(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// The nodes one level above these. A last node without a sibling moves up unchanged.
fn parents(level: &[Digest]) -> Vec<Digest> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node_hash(left, right),
            [single] => *single,
            _ => Digest::ZERO,
        })
        .collect()
}

/// An inclusion path (RFC 9162 section 2.1.3).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Path {
    /// The leaf's index, from 0.
    pub index: u64,
    /// The number of leaves.
    pub size: u64,
    /// The sibling hashes, from the leaf up.
    pub siblings: Vec<Digest>,
}

impl Path {
    /// The path of leaf `index`. `None` when there is no such leaf.
    pub fn of(leaves: &[Digest], index: usize) -> Option<Self> {
        leaves.get(index)?;
        let mut siblings = Vec::new();
        let (mut level, mut position) = (leaves.to_vec(), index);
        while level.len() > 1 {
            if let Some(sibling) = level.get(position ^ 1) {
                siblings.push(*sibling);
            }
            level = parents(&level);
            position >>= 1;
        }
        Some(Self { index: u64::try_from(index).ok()?, size: u64::try_from(leaves.len()).ok()?, siblings })
    }

    /// The root that this path and leaf hash lead to. `None` when the path's length does not fit its index and size
    /// (RFC 9162 section 2.1.3.2).
    pub fn root(&self, leaf: Digest) -> Option<Digest> {
        if self.index >= self.size {
            return None;
        }
        let (mut position, mut last) = (self.index, self.size.checked_sub(1)?);
        let mut node = leaf;
        let mut siblings = self.siblings.iter();
        while last > 0 {
            if position & 1 == 1 {
                node = node_hash(siblings.next()?, &node);
            } else if position < last {
                node = node_hash(&node, siblings.next()?);
            }
            position >>= 1;
            last >>= 1;
        }
        siblings.next().is_none().then_some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u32) -> Vec<Digest> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    /// The recursive definition of RFC 9162 section 2.1.1, split at the largest power of two below the size.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves.len() {
            0 => sha256(&[]),
            1 => leaves[0],
            n => {
                let split = n.next_power_of_two() / 2;
                node_hash(&by_definition(&leaves[..split]), &by_definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn every_leaf_of_every_small_tree_proves_itself_and_no_other() {
        for size in 0..40_u32 {
            let leaves = leaves(size);
            let root = root(&leaves);
            assert_eq!(root, by_definition(&leaves));
            for index in 0..leaves.len() {
                let path = Path::of(&leaves, index).expect("the leaf exists");
                for (other, leaf) in leaves.iter().enumerate() {
                    assert_eq!(path.root(*leaf) == Some(root), other == index);
                }
                let mut longer = path.clone();
                longer.siblings.push(Digest::ZERO);
                assert_eq!(longer.root(leaves[index]), None);
            }
            assert!(Path::of(&leaves, leaves.len()).is_none());
        }
    }
}
