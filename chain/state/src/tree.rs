//! The state of a shard in memory: dense levels, loaded buckets, and changes that are not yet on disk. Invariant: a
//! bucket with unflushed leaves is never dropped from memory. Every change since the last flush is also in a block's
//! write-set.

use crate::{
    LeafReader, ReadFailure,
    bucket::Bucket,
    bucket_below,
    dense::{Dense, LEVELS},
    node::Node,
};
use chain_types::Digest;

/// The default number of unflushed leaves from which on a flush is due, see [`State::take_flush`].
pub const FLUSH_LEAVES: usize = 32_768;
/// The default number of bytes of loaded buckets from which on [`State::trim`] drops those that are on disk.
pub const CACHE_BYTES_MAX: usize = 48 * 1024 * 1024;

/// The layout of a state. The root does not depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// The number of levels kept in memory, 1 to [`LEVELS`].
    pub levels: u32,
    /// The number of unflushed leaves from which on a flush is due.
    pub flush_leaves: usize,
    /// The maximum bytes of loaded buckets after a block. A flush is due when buckets with unflushed leaves take half
    /// of it.
    pub cache_bytes: usize,
}

impl Shape {
    /// The layout for a shard of millions of keys.
    pub const DEFAULT: Self = Self { levels: LEVELS, flush_leaves: FLUSH_LEAVES, cache_bytes: CACHE_BYTES_MAX };
}

/// One change of the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Write {
    /// The key's path.
    pub path: Digest,
    /// The new value, or `None` to remove the key.
    pub value: Option<Box<[u8]>>,
}

/// Changes for the disk, to write in one batch with the block that completes them.
#[derive(Default, Debug)]
pub struct Flush {
    /// Leaves to write or remove, ascending by path.
    pub leaves: Vec<Write>,
    /// The nodes of all changed buckets, ascending by bucket.
    pub buckets: Vec<(u32, Node)>,
}

/// The authenticated state of one shard.
pub struct State<R> {
    reader: R,
    shape: Shape,
    dense: Dense,
    buckets: Vec<Option<Box<Bucket>>>,
    /// Buckets with unflushed changes.
    queue: Vec<u32>,
    /// Paths that were removed since the last flush. Some may have been written again.
    removed: Vec<Digest>,
    /// The number of writes since the last flush.
    unflushed: usize,
    /// The bytes of all loaded buckets.
    cached: usize,
    /// The bytes of the buckets in the queue.
    queued: usize,
    /// The bucket at which the next [`State::trim`] continues.
    hand: u32,
}

impl<R: LeafReader> State<R> {
    /// Restores the state of the last flush from the stored nodes of its buckets.
    pub fn restore(reader: R, buckets: impl IntoIterator<Item = (u32, Node)>) -> Self {
        Self::restore_with(reader, Shape::DEFAULT, buckets)
    }

    /// [`State::restore`] with another layout. The reader's buckets and the stored nodes must have the same layout.
    pub fn restore_with(reader: R, shape: Shape, buckets: impl IntoIterator<Item = (u32, Node)>) -> Self {
        let mut dense = Dense::new(shape.levels);
        for (bucket, node) in buckets {
            dense.set_bucket(bucket, node);
        }
        dense.rehash();
        let slots = usize::try_from(dense.buckets()).unwrap_or(usize::MAX);
        Self {
            reader,
            shape,
            dense,
            buckets: std::iter::repeat_with(|| None).take(slots).collect(),
            queue: Vec::new(),
            removed: Vec::new(),
            unflushed: 0,
            cached: 0,
            queued: 0,
            hand: 0,
        }
    }

    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The root over all pairs. Zero when there are none.
    pub fn root(&self) -> Digest {
        self.dense.root().hash
    }

    /// The value at a path.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn get(&mut self, path: &Digest) -> Result<Option<&[u8]>, ReadFailure> {
        let bucket = self.bucket_of(path);
        if self.node(bucket).kind == crate::Kind::Empty {
            return Ok(None);
        }
        Ok(self.load(bucket)?.get(path).map(|leaf| &*leaf.value))
    }

    /// Prepares the buckets of all paths that a block will use: loads missing ones in one pass over the disk, and
    /// touches the memory of the others. Reads that follow each other directly overlap; reads with work in between do
    /// not.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn warm(&mut self, paths: impl IntoIterator<Item = Digest>) -> Result<(), ReadFailure> {
        let mut missing: Vec<u32> = paths.into_iter().map(|path| self.bucket_of(&path)).collect();
        missing.retain(|bucket| match usize::try_from(*bucket).ok().and_then(|at| self.buckets.get(at)) {
            Some(Some(slot)) => {
                std::hint::black_box(slot.prefetch());
                false
            }
            Some(None) => self.node(*bucket).kind != crate::Kind::Empty,
            None => false,
        });
        missing.sort_unstable();
        missing.dedup();
        let loaded = self.reader.scan(&missing)?;
        for (bucket, stored) in missing.into_iter().zip(loaded) {
            let Some(slot) = usize::try_from(bucket).ok().and_then(|at| self.buckets.get_mut(at)) else { continue };
            let bucket = Bucket::load(stored);
            self.cached = self.cached.saturating_add(bucket.bytes());
            *slot = Some(Box::new(bucket));
        }
        Ok(())
    }

    /// Applies a block's write-set, ascending by path, and recomputes the root. Returns the write-set that reverts it.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn apply(&mut self, writes: Vec<Write>) -> Result<Vec<Write>, ReadFailure> {
        debug_assert!(writes.is_sorted_by(|left, right| left.path < right.path), "a write-set must ascend by path");
        let levels = self.dense.levels();
        let mut undo = Vec::with_capacity(writes.len());
        let mut writes = writes.into_iter().peekable();
        while let Some(bucket) = writes.peek().map(|write| bucket_below(&write.path, levels)) {
            self.load(bucket)?;
            let Some(Some(slot)) = usize::try_from(bucket).ok().and_then(|at| self.buckets.get_mut(at)) else { break };
            let bytes = slot.bytes();
            while let Some(write) = writes.next_if(|write| bucket_below(&write.path, levels) == bucket) {
                self.unflushed = self.unflushed.saturating_add(1);
                let is_removal = write.value.is_none();
                let before = slot.write(write.path, write.value).map(|leaf| leaf.value);
                if is_removal && before.is_some() {
                    self.removed.push(write.path);
                }
                undo.push(Write { path: write.path, value: before });
            }
            let grown = slot.bytes();
            self.cached = self.cached.saturating_sub(bytes).saturating_add(grown);
            if slot.queued {
                self.queued = self.queued.saturating_sub(bytes).saturating_add(grown);
            } else {
                slot.queued = true;
                self.queue.push(bucket);
                self.queued = self.queued.saturating_add(grown);
            }
            let node = slot.node(levels);
            self.dense.set_bucket(bucket, node);
        }
        self.dense.rehash();
        Ok(undo)
    }

    /// Returns the changes since the last flush when there are at least `least` of them, or when the buckets that may
    /// not be dropped before take half of the cache. The caller must write them or stop the shard.
    pub fn take_flush(&mut self, least: usize) -> Option<Flush> {
        let is_due = self.unflushed >= least || self.queued > self.shape.cache_bytes.div_euclid(2);
        if !is_due || self.queue.is_empty() {
            return None;
        }
        let mut queue = std::mem::take(&mut self.queue);
        queue.sort_unstable();
        let mut flush = Flush { leaves: Vec::with_capacity(self.unflushed), buckets: Vec::with_capacity(queue.len()) };
        for bucket in queue {
            let node = self.node(bucket);
            let Some(Some(slot)) = usize::try_from(bucket).ok().and_then(|at| self.buckets.get_mut(at)) else {
                continue;
            };
            slot.queued = false;
            flush.buckets.push((bucket, node));
            for leaf in slot.leaves_mut().filter(|leaf| leaf.dirty) {
                leaf.dirty = false;
                flush.leaves.push(Write { path: leaf.path, value: Some(leaf.value.clone()) });
            }
        }
        let removed = std::mem::take(&mut self.removed);
        let still_absent = removed.into_iter().filter(|path| self.is_absent(path));
        flush.leaves.extend(still_absent.map(|path| Write { path, value: None }));
        flush.leaves.sort_unstable_by_key(|write| write.path);
        flush.leaves.dedup_by_key(|write| write.path);
        self.unflushed = 0;
        self.queued = 0;
        Some(flush)
    }

    /// The bytes of all loaded buckets, without what the allocator adds.
    pub const fn cached_bytes(&self) -> usize {
        self.cached
    }

    /// Drops buckets that are on disk until all loaded ones take at most [`Shape::cache_bytes`]. Call it after a flush
    /// was written, and after reads.
    pub fn trim(&mut self) {
        let mut remaining = self.dense.buckets();
        while self.cached > self.shape.cache_bytes && remaining > 0 {
            remaining = remaining.saturating_sub(1);
            self.hand = self.hand.wrapping_add(1) & self.dense.buckets().saturating_sub(1);
            let Some(slot) = usize::try_from(self.hand).ok().and_then(|at| self.buckets.get_mut(at)) else { break };
            if let Some(bucket) = slot.take_if(|bucket| !bucket.queued) {
                self.cached = self.cached.saturating_sub(bucket.bytes());
            }
        }
    }

    /// Whether a loaded bucket has no leaf at a path.
    fn is_absent(&self, path: &Digest) -> bool {
        let slot = usize::try_from(self.bucket_of(path)).ok().and_then(|at| self.buckets.get(at));
        slot.and_then(Option::as_ref).is_some_and(|bucket| bucket.get(path).is_none())
    }

    pub(crate) fn bucket_of(&self, path: &Digest) -> u32 {
        bucket_below(path, self.dense.levels())
    }

    pub(crate) fn node(&self, bucket: u32) -> Node {
        self.dense.get(self.dense.position(bucket))
    }

    pub(crate) const fn dense(&self) -> &Dense {
        &self.dense
    }

    /// Returns a bucket, after reading it from the disk when it is not in memory.
    pub(crate) fn load(&mut self, bucket: u32) -> Result<&Bucket, ReadFailure> {
        let empty = self.node(bucket).kind == crate::Kind::Empty;
        let at = usize::try_from(bucket).unwrap_or(usize::MAX);
        let slot = self.buckets.get_mut(at).expect("a bucket's index is below the number of slots");
        if slot.is_none() {
            let stored = if empty { Vec::new() } else { self.reader.leaves(bucket)? };
            let bucket = Bucket::load(stored);
            self.cached = self.cached.saturating_add(bucket.bytes());
            *slot = Some(Box::new(bucket));
        }
        Ok(slot.as_ref().expect("the slot was filled above"))
    }
}
