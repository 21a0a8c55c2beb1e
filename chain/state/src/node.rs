//! The nodes of the state tree. Invariant: combining two nodes follows the tree's definition in `chain_types::state`.
//! The only leaf of a subtree is therefore the node of that subtree.

use chain_types::{Digest, state::node_hash};

/// The number of keys in a subtree, as far as the tree's definition distinguishes it.
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
    /// The kind as one byte for the disk.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::Leaf => 1,
            Self::Inner => 2,
        }
    }

    /// The kind of a byte, `None` for an unknown byte.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Empty),
            1 => Some(Self::Leaf),
            2 => Some(Self::Inner),
            _ => None,
        }
    }
}

/// The node of a subtree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Node {
    /// The subtree's hash. Zero when the subtree is empty.
    pub hash: Digest,
    pub kind: Kind,
}

impl Node {
    /// The node over two children.
    pub fn over(left: &Self, right: &Self) -> Self {
        match (left.kind, right.kind) {
            (Kind::Empty, Kind::Empty) => Self::default(),
            (Kind::Leaf, Kind::Empty) => *left,
            (Kind::Empty, Kind::Leaf) => *right,
            _ => Self { hash: node_hash(&left.hash, &right.hash), kind: Kind::Inner },
        }
    }
}
