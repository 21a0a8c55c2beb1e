//! Nodes of the tree with what they stand for. Invariant: combining two nodes follows the tree's definition in
//! `chain_types::state`, so a lone leaf rises to the top of the subtree it has for itself.

use chain_types::{Digest, state::node_hash};

/// What a subtree holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// No key.
    #[default]
    Empty,
    /// One key.
    Leaf,
    /// Two keys or more.
    Inner,
}

impl Kind {
    /// One byte for the disk.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::Leaf => 1,
            Self::Inner => 2,
        }
    }

    /// The kind that a byte stands for.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Empty),
            1 => Some(Self::Leaf),
            2 => Some(Self::Inner),
            _ => None,
        }
    }
}

/// A subtree: its hash and what it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Node {
    /// The subtree's hash; zero when it is empty.
    pub hash: Digest,
    /// What it holds.
    pub kind: Kind,
}

impl Node {
    /// The subtree over two halves.
    pub fn over(left: &Self, right: &Self) -> Self {
        match (left.kind, right.kind) {
            (Kind::Empty, Kind::Empty) => Self::default(),
            (Kind::Leaf, Kind::Empty) => *left,
            (Kind::Empty, Kind::Leaf) => *right,
            _ => Self { hash: node_hash(&left.hash, &right.hash), kind: Kind::Inner },
        }
    }
}
