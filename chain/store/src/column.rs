//! The RocksDB column families and their keys. Invariant: keys of ordered data are big-endian, so that RocksDB sorts
//! them by number.

use chain_types::{Digest, Epoch, Height, ancestry::Subtree};

/// The tip, and the tip at the last flush.
pub(crate) const META: &str = "meta";
/// Height -> the final block.
pub(crate) const BLOCK: &str = "block";
/// Height -> header and certificate of a block whose body was pruned.
pub(crate) const HEADER: &str = "header";
/// Height -> the block's write-set. Those since the last flush complete the state; those since the flush before it are
/// kept for followers.
pub(crate) const DELTA: &str = "delta";
/// Height -> the block's time, transactions and expiries.
pub(crate) const SEEN: &str = "seen";
/// Height and digest -> a block that is not final yet, with its transactions.
pub(crate) const HELD: &str = "held";
/// Epoch -> the proof of the hand-over that began it, for every epoch from 1 on.
pub(crate) const HAND_OVER: &str = "hand_over";
/// Complete subtree of the ancestry -> its root.
pub(crate) const ANCESTOR: &str = "ancestor";
/// Path -> value.
pub(crate) const LEAF: &str = "leaf";
/// Bucket -> kind and hash.
pub(crate) const NODE: &str = "node";

pub(crate) const ALL: [&str; 10] = [META, BLOCK, HEADER, DELTA, SEEN, HELD, HAND_OVER, ANCESTOR, LEAF, NODE];

/// The key of the tip.
pub(crate) const META_KEY: &[u8] = b"tip";
/// The key of the tip at the last flush.
pub(crate) const FLUSH_KEY: &[u8] = b"flush";

/// The key of the height of the first block with its body; written once bodies are pruned.
pub(crate) const FIRST_KEY: &[u8] = b"first";

pub(crate) const fn height_key(height: Height) -> [u8; 8] {
    height.0.to_be_bytes()
}

pub(crate) const fn epoch_key(epoch: Epoch) -> [u8; 8] {
    epoch.0.to_be_bytes()
}

/// The key of a held block: its height, so that the blocks of a height are neighbours, and its digest.
pub(crate) fn held_key(height: Height, digest: &Digest) -> [u8; 40] {
    let mut key = [0; 40];
    key[..8].copy_from_slice(&height_key(height));
    key[8..].copy_from_slice(&digest.0);
    key
}

/// The key of a subtree: its level, then its position in the level.
pub(crate) fn subtree_key(subtree: Subtree) -> [u8; 9] {
    let mut key = [0; 9];
    key[0] = subtree.level;
    key[1..].copy_from_slice(&subtree.position.to_be_bytes());
    key
}

/// The first path of a bucket.
pub(crate) fn bucket_start(bucket: u32) -> Digest {
    let mut bytes = [0; 32];
    let first = bucket << (u32::BITS - chain_state::LEVELS);
    bytes[..4].copy_from_slice(&first.to_be_bytes());
    Digest(bytes)
}
