//! Builds proofs that a key has a value, or is absent, under the state's root. Invariant: a proof leads to the current
//! root. Building a proof may load buckets into the cache, and never changes a value.

use crate::{
    LeafReader, ReadFailure, State,
    bucket::{Leaf, halves, node_of},
    node::Kind,
};
use chain_types::{
    Digest,
    state::{StateProof, Terminal, bit, value_hash},
};

impl<R: LeafReader> State<R> {
    /// Proves the value at a path, or its absence.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn prove(&mut self, path: &Digest) -> Result<StateProof, ReadFailure> {
        let mut siblings = Vec::new();
        let mut position = 1_u32;
        let levels = self.dense().levels();
        for depth in 0..levels {
            match self.dense().get(position).kind {
                Kind::Empty => return Ok(StateProof { siblings, terminal: Terminal::Empty }),
                Kind::Leaf => {
                    let bucket = self.dense().lone_bucket(position);
                    let terminal =
                        self.load(bucket)?.leaves().first().map_or(Terminal::Empty, |leaf| terminal_of(leaf, path));
                    return Ok(StateProof { siblings, terminal });
                }
                Kind::Inner => {}
            }
            let turn = u32::from(bit(path, usize::try_from(depth).unwrap_or(usize::MAX)));
            let child = position << 1;
            siblings.push(self.dense().get(child | (turn ^ 1)).hash);
            position = child | turn;
        }
        let mut leaves = self.load(self.bucket_of(path))?.leaves();
        let mut depth = levels;
        while leaves.len() > 1 {
            let (left, right) = halves(leaves, depth);
            let below = depth.saturating_add(1);
            let turns_right = bit(path, usize::try_from(depth).unwrap_or(usize::MAX));
            let (taken, other) = if turns_right { (right, left) } else { (left, right) };
            siblings.push(node_of(other, below).hash);
            leaves = taken;
            depth = below;
        }
        let terminal = leaves.first().map_or(Terminal::Empty, |leaf| terminal_of(leaf, path));
        Ok(StateProof { siblings, terminal })
    }
}

/// The end of a proof for a path: this leaf is present, or is another key.
fn terminal_of(leaf: &Leaf, path: &Digest) -> Terminal {
    if leaf.path == *path {
        Terminal::Present { value: leaf.value.to_vec() }
    } else {
        Terminal::Other { path: leaf.path, value_hash: value_hash(&leaf.value) }
    }
}
