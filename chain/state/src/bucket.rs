//! A bucket: all leaves of the state tree below one node of the lowest dense level. Invariant: leaves are strictly
//! ascending by path. The bucket's node is therefore a function of its set of leaves.

use crate::{
    StoredLeaf,
    node::{Kind, Node},
};
use chain_types::{
    Digest,
    state::{bit, leaf_hash, value_hash},
};

/// A leaf in memory. `dirty` means that it is not yet on disk.
pub(crate) struct Leaf {
    pub(crate) path: Digest,
    pub(crate) hash: Digest,
    pub(crate) value: Box<[u8]>,
    pub(crate) dirty: bool,
}

impl Leaf {
    /// The memory that the leaf takes, in bytes, without what the allocator adds.
    const fn bytes(&self) -> usize {
        size_of::<Self>().saturating_add(self.value.len())
    }

    pub(crate) fn new(path: Digest, value: Box<[u8]>, dirty: bool) -> Self {
        Self { hash: leaf_hash(&path, &value_hash(&value)), path, value, dirty }
    }
}

/// A bucket that was loaded into memory. Its vector has no spare room: most buckets have few leaves, so the room that a
/// vector adds when it grows would take more memory than the leaves.
#[derive(Default)]
pub(crate) struct Bucket {
    leaves: Vec<Leaf>,
    /// The memory that the leaves take, in bytes.
    leaf_bytes: usize,
    /// Whether the bucket is in the queue of buckets to flush.
    pub(crate) queued: bool,
}

impl Bucket {
    /// A bucket read from the disk. `stored` must be ascending by path.
    pub(crate) fn load(stored: Vec<StoredLeaf>) -> Self {
        let leaves: Vec<Leaf> = stored.into_iter().map(|leaf| Leaf::new(leaf.path, leaf.value, false)).collect();
        let leaf_bytes = leaves.iter().fold(0_usize, |bytes, leaf| bytes.saturating_add(leaf.bytes()));
        Self { leaves, leaf_bytes, queued: false }
    }

    /// The memory that the bucket takes, in bytes.
    pub(crate) const fn bytes(&self) -> usize {
        size_of::<Self>().saturating_add(self.leaf_bytes)
    }

    /// Reads some of the bucket's memory, to bring it into the CPU cache before its leaves are needed.
    pub(crate) fn prefetch(&self) -> u8 {
        self.leaves.first().map_or(0, |leaf| leaf.path.0[0] ^ leaf.value.first().copied().unwrap_or_default())
    }

    pub(crate) fn get(&self, path: &Digest) -> Option<&Leaf> {
        let at = self.leaves.binary_search_by(|leaf| leaf.path.cmp(path)).ok()?;
        self.leaves.get(at)
    }

    /// Writes or removes a leaf. Returns the leaf that was at the path.
    pub(crate) fn write(&mut self, path: Digest, value: Option<Box<[u8]>>) -> Option<Leaf> {
        let leaf = value.map(|value| Leaf::new(path, value, true));
        let added = leaf.as_ref().map_or(0, Leaf::bytes);
        let before = match (self.leaves.binary_search_by(|leaf| leaf.path.cmp(&path)), leaf) {
            (Ok(at), Some(leaf)) => self.leaves.get_mut(at).map(|slot| std::mem::replace(slot, leaf)),
            (Ok(at), None) => {
                let before = self.leaves.remove(at);
                self.leaves.shrink_to_fit();
                Some(before)
            }
            (Err(at), Some(leaf)) => {
                self.leaves.reserve_exact(1);
                self.leaves.insert(at, leaf);
                None
            }
            (Err(_), None) => None,
        };
        let removed = before.as_ref().map_or(0, Leaf::bytes);
        self.leaf_bytes = self.leaf_bytes.saturating_add(added).saturating_sub(removed);
        before
    }

    pub(crate) fn leaves_mut(&mut self) -> impl Iterator<Item = &mut Leaf> {
        self.leaves.iter_mut()
    }

    pub(crate) fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The node of this bucket, whose leaves share their first `levels` bits.
    pub(crate) fn node(&self, levels: u32) -> Node {
        node_of(&self.leaves, levels)
    }
}

/// The node over ascending leaves that share their first `depth` bits.
pub(crate) fn node_of(leaves: &[Leaf], depth: u32) -> Node {
    match leaves {
        [] => Node::default(),
        [leaf] => Node { hash: leaf.hash, kind: Kind::Leaf },
        _ => {
            let (left, right) = halves(leaves, depth);
            let below = depth.saturating_add(1);
            Node::over(&node_of(left, below), &node_of(right, below))
        }
    }
}

/// Splits ascending leaves by their bit at `depth`.
pub(crate) fn halves(leaves: &[Leaf], depth: u32) -> (&[Leaf], &[Leaf]) {
    let depth = usize::try_from(depth).unwrap_or(usize::MAX);
    leaves.split_at(leaves.partition_point(|leaf| !bit(&leaf.path, depth)))
}
