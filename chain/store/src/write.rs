//! Writes blocks, and removes expired transactions from the seen-set. Invariant: a block is one synced batch, so it is
//! stored as a whole or not at all.

use crate::{
    Store, StoreError, body,
    column::{
        BLOCK, DELTA, FLUSH_KEY, HAND_OVER, HELD, LEAF, META, META_KEY, NODE, SEEN, epoch_key, height_key, held_key,
    },
    read::{Tip, decode_seen},
};
use chain_state::Flush;
use chain_types::{Digest, FinalBlock, Height, TimestampMs, TxId, beacon::HandOverProof, codec, limit};
use rocksdb::{IteratorMode, WriteBatch, WriteOptions};

/// The bytes in a batch for keys, the tip and other small values.
const SMALL_VALUES_BYTES: usize = 4_096;
/// The bytes of a leaf in a batch besides its value: tag, column, path and lengths.
const LEAF_BYTES: usize = 40;
/// The bytes of a bucket's node in a batch.
const BUCKET_BYTES: usize = 44;

/// A block and everything that is written with it.
pub struct BlockBatch<'b> {
    pub height: Height,
    pub time: TimestampMs,
    pub block: &'b FinalBlock,
    /// Whether [`Store::hold`] stored the block before. Its transactions are then not written again.
    pub is_held: bool,
    /// The encoded write-set.
    pub delta: &'b [u8],
    /// The block's transactions and their expiries.
    pub seen: &'b [(TxId, TimestampMs)],
    /// The changes of the state since the last flush; `None` when no flush is due.
    pub flush: Option<&'b Flush>,
    /// The number of transactions on the shard after the block.
    pub transactions: u64,
    /// The number of records on the shard after the block.
    pub records: u64,
    /// The height of the last flush before this block.
    pub flushed: Height,
    /// The proof of the hand-over to the next block's epoch; `None` when both have the same epoch.
    pub hand_over: Option<&'b HandOverProof>,
    /// Other held blocks that are no longer needed, now that their height is decided.
    pub released: &'b [(Height, Digest)],
}

impl Store {
    /// Writes a block durably and returns the height up to which the state is flushed.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the store lacks the blocks before; [`StoreError::Database`], after which the
    /// outcome is unknown until the store is opened again.
    pub fn write(&self, batch: &BlockBatch<'_>) -> Result<Height, StoreError> {
        let key = height_key(batch.height);
        let body = body::encode(batch.block, batch.is_held);
        let seen = codec::encode(&(batch.time, batch.seen));
        let flush_bytes = batch.flush.map_or(0, flush_bytes);
        let mut out = batch_of(body.len() + seen.len() + batch.delta.len() + flush_bytes);
        out.put_cf(self.column(BLOCK), key, body);
        out.put_cf(self.column(SEEN), key, seen);
        let flushed = if let Some(flush) = batch.flush {
            self.add_flush(flush, &mut out);
            out.delete_range_cf(self.column(DELTA), height_key(Height(0)), height_key(batch.flushed.next()));
            batch.height
        } else {
            batch.flushed
        };
        out.put_cf(self.column(DELTA), key, batch.delta);
        let tip = Tip { height: batch.height, transactions: batch.transactions, records: batch.records, flushed };
        out.put_cf(self.column(META), META_KEY, codec::encode(&tip));
        self.add_ancestor(&batch.block.header, &mut out)?;
        if let Some(proof) = batch.hand_over {
            self.add_hand_over(proof, &mut out);
        }
        if batch.flush.is_some() {
            out.put_cf(self.column(META), FLUSH_KEY, codec::encode(&tip));
        }
        // Deleted one by one: a range deletion per block would leave range tombstones that slow down every read.
        for (height, digest) in batch.released {
            out.delete_cf(self.column(HELD), held_key(*height, digest));
        }
        self.sync(out, "writing a block")?;
        Ok(flushed)
    }

    /// Writes a block durably that is not final yet. `held` is its encoded header and transactions. They stay when the
    /// block becomes final.
    ///
    /// # Errors
    /// [`StoreError::Database`], after which the outcome is unknown until the store is opened again.
    pub fn hold(&self, height: Height, digest: &Digest, held: &[u8]) -> Result<(), StoreError> {
        let mut out = batch_of(held.len());
        out.put_cf(self.column(HELD), held_key(height, digest), held);
        self.sync(out, "holding a block")
    }

    pub(crate) fn sync(&self, out: WriteBatch, doing: &'static str) -> Result<(), StoreError> {
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.db.write_opt(out, &options).map_err(|source| StoreError::Database { doing, source })
    }

    pub(crate) fn add_hand_over(&self, proof: &HandOverProof, out: &mut WriteBatch) {
        out.put_cf(self.column(HAND_OVER), epoch_key(proof.hand_over.epoch()), codec::encode(proof));
    }

    pub(crate) fn add_flush(&self, flush: &Flush, out: &mut WriteBatch) {
        let leaves = self.column(LEAF);
        for leaf in &flush.leaves {
            match &leaf.value {
                Some(value) => out.put_cf(leaves, leaf.path.0, value),
                None => out.delete_cf(leaves, leaf.path.0),
            }
        }
        let nodes = self.column(NODE);
        for (bucket, node) in &flush.buckets {
            let mut value = [0; 33];
            value[0] = node.kind.byte();
            value[1..].copy_from_slice(&node.hash.0);
            out.put_cf(nodes, bucket.to_be_bytes(), value);
        }
    }

    /// Removes the oldest blocks from the seen-set, as long as all transactions of a block expired before a time. The
    /// state must not contain them any more.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read or written.
    pub fn forget_seen(&self, expired_before: TimestampMs) -> Result<(), StoreError> {
        let column = self.column(SEEN);
        let mut last = None;
        for entry in self.db.iterator_cf(column, IteratorMode::Start) {
            let (key, value) = entry.map_err(|source| StoreError::Database { doing: "reading ids", source })?;
            let (time, _) = decode_seen(&value)?;
            if time.0.saturating_add(limit::VALIDITY_MS_MAX) >= expired_before.0 {
                break;
            }
            last = Some(key);
        }
        let Some(last) = last else { return Ok(()) };
        self.db
            .delete_range_cf(column, &height_key(Height(0))[..], &last)
            .and_then(|()| self.db.delete_cf(column, &last))
            .map_err(|source| StoreError::Database { doing: "forgetting expired transactions", source })
    }
}

/// An empty batch with room for its bytes and the small values. Growing a batch would copy it.
fn batch_of(bytes: usize) -> WriteBatch {
    WriteBatch::with_capacity_bytes(bytes + SMALL_VALUES_BYTES)
}

/// The approximate bytes of a flush in a batch.
fn flush_bytes(flush: &Flush) -> usize {
    let values: usize = flush.leaves.iter().map(|leaf| leaf.value.as_ref().map_or(0, |value| value.len())).sum();
    values + flush.leaves.len() * LEAF_BYTES + flush.buckets.len() * BUCKET_BYTES
}
