//! The seen-set: the unexpired transactions of a shard, for replay protection [P3, transactions]. Transactions that
//! expire in the same minute form a slot, which is split into buckets by transaction id. Invariant: a bucket's head is
//! the count and the digest chain of exactly its transactions, block by block.

use crate::{
    digest::{Digest, Hasher, Tag},
    id::TimestampMs,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The length of a slot in milliseconds.
pub const SLOT_MS: u64 = 60_000;

/// The number of buckets of a slot. A proof that one transaction is absent needs all ids of its bucket, and a block
/// writes one key for each bucket that it adds to. At 100,000 transactions per second a slot holds 6,000,000 ids. Each
/// of 64 buckets then holds about 94,000 ids, which are 3 MB of evidence, less than half of [`SEEN_IDS_MAX`]. A full
/// block of 20,000 transactions writes 64 such keys, in addition to at least one key per transaction.
pub const SEEN_BUCKETS: u8 = 64;
/// The most ids of a bucket that evidence may list: 6.4 MB, which fits into one transaction.
pub const SEEN_IDS_MAX: usize = 200_000;

/// The slot of an expiry time.
pub const fn slot_of(valid_until: TimestampMs) -> u64 {
    valid_until.0 / SLOT_MS
}

/// The bucket of a transaction within its slot. Ids are digests, so the first byte distributes them evenly.
pub const fn bucket_of(id: &TxId) -> u8 {
    id.0.0[0] % SEEN_BUCKETS
}

/// The head of a bucket in the state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct SlotHead {
    /// The number of transactions in the bucket.
    pub count: u64,
    /// The digest chain, with one link for each block that added transactions: `digest = H(digest, ids...)`.
    pub digest: Digest,
}

impl SlotHead {
    /// The head after a further block with these transactions of the bucket, in block order.
    #[must_use]
    pub fn with(&self, ids: &[TxId]) -> Self {
        let mut hasher = Hasher::new(Tag::SEEN);
        hasher.update(&self.digest.0);
        for id in ids {
            hasher.update(&id.0.0);
        }
        let added = u64::try_from(ids.len()).ok();
        let count = added.and_then(|added| self.count.checked_add(added));
        Self { count: count.expect("fewer than 2^64 transactions expire in a minute"), digest: hasher.finish() }
    }
}
