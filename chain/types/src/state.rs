//! The authenticated state from a verifier's view: keys, hashes and proofs over a sparse Merkle tree. Invariant: the
//! root is a function of the set of (key, value) pairs alone. A proof shows one value of a key, or the key's absence.
//!
//! A key's path is the bits of its hash, from the first byte's top bit on. The hash of a subtree without keys is 32
//! zero bytes. The hash of a subtree with one key is that key's leaf, at any depth. Any other subtree is the node over
//! its two halves.

mod key;

pub use crate::slice::StateKey;
pub(crate) use key::keys;
pub use key::{AncestryKey, SeenKey, Slot, StreamKey, TypedKey};

use crate::digest::{Digest, Tag, hash, sha256};
use borsh::{BorshDeserialize, BorshSerialize};

/// The hash of a value.
pub fn value_hash(value: &[u8]) -> Digest {
    hash(Tag::STATE_VALUE, &[value])
}

/// The hash of a leaf: `SHA-256(0x00 || path || value hash)`.
pub fn leaf_hash(path: &Digest, value: &Digest) -> Digest {
    sha256(&[&[0], &path.0, &value.0])
}

/// The hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], &left.0, &right.0])
}

/// Bit `depth` of a path, counted from the first byte's top bit. `false` from bit 256 on.
pub fn bit(path: &Digest, depth: usize) -> bool {
    path.0.get(depth >> 3).is_some_and(|byte| byte & (0x80_u8 >> (depth & 7)) != 0)
}

/// The node at the end of a proof's path.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Terminal {
    /// The key is present with this value.
    Present { value: Vec<u8> },
    /// The subtree is empty.
    Empty,
    /// The subtree holds one other key.
    Other {
        /// The other key's path.
        path: Digest,
        /// The hash of the other key's value.
        value_hash: Digest,
    },
}

/// A proof that a key has a value, or is absent, under a state root.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct StateProof {
    /// The sibling hashes, from the root down.
    pub siblings: Vec<Digest>,
    /// The node at the end of the path.
    pub terminal: Terminal,
}

impl StateProof {
    /// The root that this proof leads to for a key's path. `None` when the proof is about another path.
    pub fn root(&self, path: &Digest) -> Option<Digest> {
        if self.siblings.len() > 256 {
            return None;
        }
        let mut node = match &self.terminal {
            Terminal::Present { value } => leaf_hash(path, &value_hash(value)),
            Terminal::Empty => Digest::ZERO,
            Terminal::Other { path: other, value_hash } => {
                let shared = (0..self.siblings.len()).all(|depth| bit(path, depth) == bit(other, depth));
                if !shared || other == path {
                    return None;
                }
                leaf_hash(other, value_hash)
            }
        };
        for (depth, sibling) in self.siblings.iter().enumerate().rev() {
            node = if bit(path, depth) { node_hash(sibling, &node) } else { node_hash(&node, sibling) };
        }
        Some(node)
    }

    /// The value that the proof shows. `None` when it shows an absence.
    pub fn value(&self) -> Option<&[u8]> {
        match &self.terminal {
            Terminal::Present { value } => Some(value),
            Terminal::Empty | Terminal::Other { .. } => None,
        }
    }
}
