//! Chunks: ranges of the state tree that a peer can verify alone, for state transfer [P9, recovery]. Invariant: an
//! accepted chunk holds exactly the leaves that the state of its root has in the chunk's buckets.

use crate::{
    Flush, LEVELS, LeafReader, ReadFailure, StoredLeaf, Write,
    bucket::{Leaf, node_of},
    bucket_of,
    dense::{BUCKETS, Dense},
    node::{Kind, Node},
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Digest, mutant,
    state::{leaf_hash, value_hash},
};

/// The number of buckets that are read in one pass over the disk.
const BUCKETS_PER_SCAN: usize = 256;
/// The size of a leaf in a chunk without its value, in bytes: 32 of the path and 4 of the value's length.
const LEAF_OVERHEAD_BYTES: usize = 36;

/// A maximal subtree outside a chunk.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Edge {
    /// No key.
    Empty,
    /// One key, with its path. A bare hash could also be that of a leaf inside the chunk, which the chunk could then
    /// omit.
    Leaf {
        /// The key's path.
        path: Digest,
        /// The hash of the key's value.
        value_hash: Digest,
    },
    /// Two keys or more.
    Inner(Digest),
}

/// All leaves of the buckets from `first` up to, but not including, `next`.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Chunk {
    pub first: u32,
    /// The bucket after the last. [`BUCKETS`] at the end of the tree.
    pub next: u32,
    /// The leaves, ascending by path.
    pub leaves: Vec<StoredLeaf>,
    /// The subtrees to the left and right of the chunk, from left to right.
    pub edges: Vec<Edge>,
}

/// A node of the dense levels: its position in the array, its first bucket, and the number of buckets below it.
#[derive(Clone, Copy)]
struct Span {
    position: u32,
    first: u32,
    width: u32,
}

impl Span {
    const ROOT: Self = Self { position: 1, first: 0, width: BUCKETS };

    const fn end(self) -> u32 {
        self.first.saturating_add(self.width)
    }

    const fn halves(self) -> (Self, Self) {
        let (left, width) = (self.position << 1, self.width >> 1);
        let middle = self.first.saturating_add(width);
        (Self { position: left, first: self.first, width }, Self { position: left | 1, first: middle, width })
    }
}

/// A state on disk that peers can fetch chunk by chunk.
pub struct Archive<R> {
    reader: R,
    dense: Dense,
}

impl<R: LeafReader> Archive<R> {
    /// The archive of a reader's state, built from the stored nodes of its buckets.
    pub fn over(reader: R, buckets: impl IntoIterator<Item = (u32, Node)>) -> Self {
        let mut dense = Dense::new(LEVELS);
        for (bucket, node) in buckets {
            dense.set_bucket(bucket, node);
        }
        dense.rehash();
        Self { reader, dense }
    }

    /// The root of the state.
    pub fn root(&self) -> Digest {
        self.dense.root().hash
    }

    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// The chunk that begins at bucket `first`. It has at most `bytes_max` bytes of leaves, unless its first non-empty
    /// bucket alone has more.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn chunk(&self, first: u32, bytes_max: usize) -> Result<Chunk, ReadFailure> {
        let mut chunk = Chunk { first, next: first, leaves: Vec::new(), edges: Vec::new() };
        let mut bytes = 0_usize;
        'full: while chunk.next < BUCKETS {
            let is_non_empty = |bucket: &u32| self.dense.get(self.dense.position(*bucket)).kind != Kind::Empty;
            let batch: Vec<u32> = (chunk.next..BUCKETS).filter(is_non_empty).take(BUCKETS_PER_SCAN).collect();
            if batch.is_empty() {
                chunk.next = BUCKETS;
            }
            for (bucket, leaves) in batch.iter().zip(self.reader.scan(&batch)?) {
                let more = leaves.iter().map(|leaf| leaf.value.len().saturating_add(LEAF_OVERHEAD_BYTES));
                bytes = more.fold(bytes, usize::saturating_add);
                if bytes > bytes_max && !chunk.leaves.is_empty() {
                    chunk.next = *bucket;
                    break 'full;
                }
                chunk.leaves.extend(leaves);
                chunk.next = bucket.saturating_add(1);
            }
        }
        self.add_edges(Span::ROOT, &mut chunk)?;
        Ok(chunk)
    }

    /// Adds the maximal subtrees of a span that are outside the chunk, from left to right.
    fn add_edges(&self, span: Span, chunk: &mut Chunk) -> Result<(), ReadFailure> {
        if chunk.first <= span.first && span.end() <= chunk.next {
            return Ok(());
        }
        if chunk.first < span.end() && span.first < chunk.next {
            let (left, right) = span.halves();
            self.add_edges(left, chunk)?;
            return self.add_edges(right, chunk);
        }
        let node = self.dense.get(span.position);
        let edge = match node.kind {
            Kind::Empty => Edge::Empty,
            Kind::Inner => Edge::Inner(node.hash),
            Kind::Leaf => {
                let leaves = self.reader.leaves(self.dense.lone_bucket(span.position))?;
                let leaf = leaves.first().map(|leaf| (leaf.path, value_hash(&leaf.value)));
                leaf.map_or(Edge::Empty, |(path, value_hash)| Edge::Leaf { path, value_hash })
            }
        };
        chunk.edges.push(edge);
        Ok(())
    }
}

/// A chunk whose root is being computed.
struct Check<'c> {
    first: u32,
    next: u32,
    edges: std::slice::Iter<'c, Edge>,
    buckets: Vec<(u32, Node)>,
}

impl Chunk {
    /// Checks the chunk against a state root. Returns the leaves and nodes to write, or `None` when the chunk does not
    /// lead to the root.
    pub fn check(self, root: &Digest) -> Option<Flush> {
        let is_ordered = self.leaves.is_sorted_by(|left, right| left.path < right.path);
        let is_within = |leaf: &StoredLeaf| (self.first..self.next).contains(&bucket_of(&leaf.path));
        if self.first >= self.next || self.next > BUCKETS || !is_ordered || !self.leaves.iter().all(is_within) {
            return None;
        }
        let leaves: Vec<_> = self.leaves.into_iter().map(|leaf| Leaf::new(leaf.path, leaf.value, true)).collect();
        let mut check = Check { first: self.first, next: self.next, edges: self.edges.iter(), buckets: Vec::new() };
        let node = check.node(Span::ROOT, &leaves)?;
        let leads_to_root = node.hash == *root && check.edges.next().is_none();
        // A deliberately broken variant; the simulator must detect it.
        if !leads_to_root && !mutant::is(mutant::TRUST_CHUNKS) {
            return None;
        }
        let leaves = leaves.into_iter().map(|leaf| Write { path: leaf.path, value: Some(leaf.value) }).collect();
        Some(Flush { leaves, buckets: check.buckets })
    }
}

impl Check<'_> {
    /// The node over a span. `leaves` are those leaves of the chunk that are within the span.
    fn node(&mut self, span: Span, leaves: &[Leaf]) -> Option<Node> {
        let is_inside = self.first <= span.first && span.end() <= self.next;
        if is_inside && leaves.is_empty() {
            return Some(Node::default());
        }
        if is_inside && span.width == 1 {
            let node = node_of(leaves, LEVELS);
            self.buckets.push((span.first, node));
            return Some(node);
        }
        if is_inside || (self.first < span.end() && span.first < self.next) {
            let (left, right) = span.halves();
            let (low, high) = leaves.split_at(leaves.partition_point(|leaf| bucket_of(&leaf.path) < right.first));
            return Some(Node::over(&self.node(left, low)?, &self.node(right, high)?));
        }
        match self.edges.next()? {
            Edge::Empty => Some(Node::default()),
            Edge::Inner(hash) => Some(Node { hash: *hash, kind: Kind::Inner }),
            Edge::Leaf { path, value_hash } => {
                let is_within_span = (span.first..span.end()).contains(&bucket_of(path));
                is_within_span.then(|| Node { hash: leaf_hash(path, value_hash), kind: Kind::Leaf })
            }
        }
    }
}
