//! Column families and their keys. Invariant: keys of ordered data are big-endian, so RocksDB's order is ours.

use chain_types::{Digest, Height};

/// One value: the tip and the height of the last flush.
pub(crate) const META: &str = "meta";
/// Height -> the final block.
pub(crate) const BLOCK: &str = "block";
/// Height -> the block's write-set, kept until it is flushed.
pub(crate) const DELTA: &str = "delta";
/// Height -> the block's time, transactions and expiries.
pub(crate) const SEEN: &str = "seen";
/// Path -> value.
pub(crate) const LEAF: &str = "leaf";
/// Bucket -> kind and hash.
pub(crate) const NODE: &str = "node";

pub(crate) const ALL: [&str; 6] = [META, BLOCK, DELTA, SEEN, LEAF, NODE];

pub(crate) const META_KEY: &[u8] = b"tip";

pub(crate) const fn height_key(height: Height) -> [u8; 8] {
    height.0.to_be_bytes()
}

/// The first path of a bucket.
pub(crate) fn bucket_start(bucket: u32) -> Digest {
    let mut bytes = [0; 32];
    let first = bucket << (u32::BITS - chain_state::LEVELS);
    bytes[..4].copy_from_slice(&first.to_be_bytes());
    Digest(bytes)
}
