//! The authenticated state of one shard: a sparse Merkle tree over key-value pairs, recomputed once per block.
//! Invariant: the root depends on the set of pairs alone, never on the order of writes or on the cache. This crate
//! writes no disk; callers write its changes, a [`Flush`].
//!
//! The upper [`dense::LEVELS`] levels are kept in memory. Below each node of the lowest of them is a [`bucket::Bucket`]
//! of leaves. It is loaded through a [`LeafReader`] when needed, and dropped when the cache is full.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod bucket;
mod dense;
mod node;
mod proof;
mod range;
mod tree;

pub use dense::{BUCKETS, LEVELS};
pub use node::{Kind, Node};
pub use range::{Archive, Chunk, Edge};
pub use tree::{CACHE_BYTES_MAX, FLUSH_LEAVES, Flush, Shape, State, Write};

use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::Digest;

/// A leaf as stored on disk.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct StoredLeaf {
    /// The key's path.
    pub path: Digest,
    pub value: Box<[u8]>,
}

/// The disk could not be read. The shard must stop.
#[derive(Debug, thiserror::Error)]
#[error("reading the state of bucket {bucket} failed")]
pub struct ReadFailure {
    pub bucket: u32,
    /// The error of the [`LeafReader`].
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The source of leaves that are not in memory. It must hold all changes up to the last [`Flush`].
pub trait LeafReader {
    /// All leaves of a bucket, ascending by path.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure>;

    /// The leaves of several buckets, in the order of `buckets`. When these ascend, one pass over the disk is enough.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    fn scan(&self, buckets: &[u32]) -> Result<Vec<Vec<StoredLeaf>>, ReadFailure> {
        buckets.iter().map(|bucket| self.leaves(*bucket)).collect()
    }
}

/// The bucket of a path in a shard's state: its first [`LEVELS`] bits.
pub fn bucket_of(path: &Digest) -> u32 {
    bucket_below(path, LEVELS)
}

/// The bucket of a path in a tree of `levels` dense levels (1 to [`LEVELS`]): its first bits.
pub fn bucket_below(path: &Digest, levels: u32) -> u32 {
    let [a, b, c, d, ..] = path.0;
    u32::from_be_bytes([a, b, c, d]) >> (u32::BITS.saturating_sub(levels))
}
