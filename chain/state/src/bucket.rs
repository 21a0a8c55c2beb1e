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
    pub(crate) fn new(path: Digest, value: Box<[u8]>, dirty: bool) -> Self {
        Self { hash: leaf_hash(&path, &value_hash(&value)), path, value, dirty }
    }
}

/// A bucket that was loaded into memory.
#[derive(Default)]
pub(crate) struct Bucket {
    leaves: Vec<Leaf>,
    /// Whether the bucket is in the queue of buckets to flush.
    pub(crate) queued: bool,
}

impl Bucket {
    /// A bucket read from the disk. `stored` must be ascending by path.
    pub(crate) fn load(stored: Vec<StoredLeaf>) -> Self {
        let leaves = stored.into_iter().map(|leaf| Leaf::new(leaf.path, leaf.value, false)).collect();
        Self { leaves, queued: false }
    }

    pub(crate) fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Reads some of the bucket's memory, to bring it into the CPU cache before its leaves are needed.
    pub(crate) fn prefetch(&self) -> u8 {
        self.leaves.first().map_or(0, |leaf| leaf.path.0[0] ^ leaf.value.first().copied().unwrap_or_default())
    }

    pub(crate) fn get(&self, path: &Digest) -> Option<&Leaf> {
        let at = self.leaves.binary_search_by(|leaf| leaf.path.cmp(path)).ok()?;
        self.leaves.get(at)
    }

    /// Writes or removes a leaf. Returns by how much the number of leaves changed (`+1`, `0` or `-1`), and the previous
    /// value.
    pub(crate) fn write(&mut self, path: Digest, value: Option<Box<[u8]>>) -> (isize, Option<Box<[u8]>>) {
        match (self.leaves.binary_search_by(|leaf| leaf.path.cmp(&path)), value) {
            (Ok(at), Some(value)) => {
                let before = self.leaves.get_mut(at).map(|leaf| std::mem::replace(leaf, Leaf::new(path, value, true)));
                (0, before.map(|leaf| leaf.value))
            }
            (Ok(at), None) => (-1, Some(self.leaves.remove(at).value)),
            (Err(at), Some(value)) => {
                self.leaves.insert(at, Leaf::new(path, value, true));
                (1, None)
            }
            (Err(_), None) => (0, None),
        }
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
