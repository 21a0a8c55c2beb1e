//! The upper levels of the tree as one array in memory. Invariant: after [`Dense::settle`] every node is the
//! combination of its two halves.

use crate::node::{Kind, Node};

/// How many levels a shard holds in memory.
pub const LEVELS: u32 = 18;
/// How many buckets hang below them.
pub const BUCKETS: u32 = 1 << LEVELS;

/// Nodes whose halves are read before the first of them is hashed: reads far apart go on side by side, unless there is
/// a hash between them.
const SETTLED_TOGETHER: usize = 32;

/// A complete binary tree in an array: the root at 1, the halves of `n` at `2n` and `2n + 1`.
pub(crate) struct Dense {
    levels: u32,
    nodes: Vec<Node>,
    touched: Vec<u32>,
}

impl Dense {
    /// An empty tree with so many levels, at most [`LEVELS`].
    pub(crate) fn new(levels: u32) -> Self {
        let levels = levels.min(LEVELS);
        let size = usize::try_from(2_u32 << levels).unwrap_or(usize::MAX);
        Self { levels, nodes: vec![Node::default(); size], touched: Vec::new() }
    }

    /// How many levels it has.
    pub(crate) const fn levels(&self) -> u32 {
        self.levels
    }

    /// How many buckets hang below it.
    pub(crate) const fn buckets(&self) -> u32 {
        1 << self.levels
    }

    /// The position of a bucket's node.
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

    /// Replaces a bucket's node; call with ascending buckets, then [`Dense::settle`].
    pub(crate) fn set_bucket(&mut self, bucket: u32, node: Node) {
        let position = self.position(bucket);
        self.set(position, node);
        self.touched.push(position);
    }

    /// Recomputes every node above the touched buckets, each once.
    pub(crate) fn settle(&mut self) {
        let mut level = std::mem::take(&mut self.touched);
        for _ in 0..self.levels {
            for position in &mut level {
                *position >>= 1;
            }
            level.dedup();
            for some in level.chunks(SETTLED_TOGETHER) {
                let mut halves = [(Node::default(), Node::default()); SETTLED_TOGETHER];
                for (slot, position) in halves.iter_mut().zip(some) {
                    let left = position << 1;
                    *slot = (self.get(left), self.get(left | 1));
                }
                for ((left, right), position) in halves.iter().zip(some) {
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
