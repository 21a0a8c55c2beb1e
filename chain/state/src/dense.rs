//! The upper levels of the state tree, as one array in memory. Invariant: after [`Dense::rehash`] every inner node is
//! the combination of its two children.

use crate::node::{Kind, Node};

/// The number of levels that a shard keeps in memory.
pub const LEVELS: u32 = 18;
/// The number of buckets below the dense levels.
pub const BUCKETS: u32 = 1 << LEVELS;

/// The number of nodes whose children are read before the first of them is hashed. Consecutive reads overlap in the
/// memory system; a hash between two reads would prevent that.
const REHASHED_TOGETHER: usize = 32;

/// A complete binary tree in an array: the root is at 1, the children of `n` are at `2n` and `2n + 1`.
pub(crate) struct Dense {
    levels: u32,
    nodes: Vec<Node>,
    /// The positions of buckets whose nodes changed since the last rehash.
    touched: Vec<u32>,
}

impl Dense {
    /// An empty tree of the given number of levels, at most [`LEVELS`].
    pub(crate) fn new(levels: u32) -> Self {
        let levels = levels.min(LEVELS);
        let size = usize::try_from(2_u32 << levels).unwrap_or(usize::MAX);
        Self { levels, nodes: vec![Node::default(); size], touched: Vec::new() }
    }

    pub(crate) const fn levels(&self) -> u32 {
        self.levels
    }

    /// The number of buckets below the tree.
    pub(crate) const fn buckets(&self) -> u32 {
        1 << self.levels
    }

    /// The array position of a bucket's node.
    pub(crate) const fn position(&self, bucket: u32) -> u32 {
        self.buckets().saturating_add(bucket)
    }

    pub(crate) fn get(&self, position: u32) -> Node {
        usize::try_from(position).ok().and_then(|at| self.nodes.get(at)).copied().unwrap_or_default()
    }

    fn set(&mut self, position: u32, node: Node) {
        if let Some(slot) = usize::try_from(position).ok().and_then(|at| self.nodes.get_mut(at)) {
            *slot = node;
        }
    }

    /// Replaces a bucket's node. Call it with ascending buckets, then call [`Dense::rehash`].
    pub(crate) fn set_bucket(&mut self, bucket: u32, node: Node) {
        let position = self.position(bucket);
        self.set(position, node);
        self.touched.push(position);
    }

    /// Recomputes every node above the changed buckets, each once.
    pub(crate) fn rehash(&mut self) {
        let mut level = std::mem::take(&mut self.touched);
        for _ in 0..self.levels {
            for position in &mut level {
                *position >>= 1;
            }
            level.dedup();
            for batch in level.chunks(REHASHED_TOGETHER) {
                let mut halves = [(Node::default(), Node::default()); REHASHED_TOGETHER];
                for (slot, position) in halves.iter_mut().zip(batch) {
                    let left = position << 1;
                    *slot = (self.get(left), self.get(left | 1));
                }
                for ((left, right), position) in halves.iter().zip(batch) {
                    self.set(*position, Node::over(left, right));
                }
            }
        }
        level.clear();
        self.touched = level;
    }

    /// The bucket of the only leaf below a node.
    pub(crate) fn lone_bucket(&self, mut position: u32) -> u32 {
        while position < self.buckets() {
            let left = position << 1;
            position = if self.get(left).kind == Kind::Empty { left | 1 } else { left };
        }
        position.saturating_sub(self.buckets())
    }

    pub(crate) fn root(&self) -> Node {
        self.get(1)
    }
}
