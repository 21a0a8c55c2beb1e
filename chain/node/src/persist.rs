//! Writes blocks to the store [P9, recovery]. Invariant: a block is durable when its write returns, however long the
//! disk is full. The transactions of a block are stored once, also when the block was held before it became final.

use crate::shard::{Halt, Shard};
use chain_replica::{Commit, HeldBlock};
use chain_store::BlockBatch;
use chain_types::codec;

/// An upper bound for the bytes of a header and a count.
const HEADER_BYTES: usize = 1_024;

impl Shard {
    /// Writes a block that is not final yet. A vote for it follows.
    pub(crate) fn hold(&mut self, held: &HeldBlock) -> Result<(), Halt> {
        let size: usize = held.transactions.iter().map(|transaction| transaction.bytes()).sum();
        let mut bytes = Vec::with_capacity(size + HEADER_BYTES);
        codec::encode_into(&held.header, &mut bytes);
        codec::encode_into(&u32::try_from(held.transactions.len()).unwrap_or(u32::MAX), &mut bytes);
        for transaction in &held.transactions {
            codec::encode_into(transaction.transaction(), &mut bytes);
        }
        self.held.push((held.header.height, held.digest));
        self.write(|shard| Ok(shard.store.hold(held.header.height, &held.digest, &bytes)?))
    }

    /// Writes a final block and everything that is stored with it.
    pub(crate) fn persist(&mut self, commit: &Commit) -> Result<(), Halt> {
        let header = &commit.block.header;
        let (kept, released): (Vec<_>, Vec<_>) = self
            .held
            .extract_if(.., |(height, _)| *height <= header.height)
            .partition(|held| *held == (header.height, commit.digest));
        let batch = BlockBatch {
            height: header.height,
            time: header.timestamp_ms,
            block: &commit.block,
            is_held: !kept.is_empty(),
            delta: &commit.delta,
            seen: &commit.seen,
            flush: commit.flush.as_ref(),
            transactions: commit.totals.transactions,
            records: commit.totals.records,
            flushed: self.flushed,
            hand_over: commit.hand_over.as_ref(),
            released: &released,
        };
        self.flushed = self.write(|shard| Ok(shard.store.write(&batch)?))?;
        self.write(|shard| shard.journal.mark_persisted(header.height).map_err(Halt::Journal))?;
        if commit.flush.is_some() {
            self.write(|shard| Ok(shard.store.forget_seen(commit.expired_before)?))?;
        }
        self.write(|shard| shard.prune(header.height, commit.flush.is_some()))
    }
}
