//! Fetches the blocks of a shard in order and checks each of them. Invariant: returned blocks continue the chain after
//! the starting cursor without gaps. Memory holds at most one answer of the source.

use crate::{
    batch::{CheckedBlock, RECORDS_PER_COMMIT_MAX, RECORDS_PER_NEW_COMMIT_MAX, commit_size},
    ledger::Cursor,
    source::BlockSource,
};
use chain_types::{Digest, FinalBlock, Height, ShardId, beacon::HandOver, block::FollowError};
use std::{collections::VecDeque, sync::Arc};

use super::IndexerError;

/// The maximum number of blocks per request.
pub const BLOCKS_PER_FETCH_MAX: usize = 64;
/// The maximum bytes of bodies per request, estimated from the largest block of the last answer. A single block may be
/// larger.
pub const BYTES_PER_FETCH_MAX: usize = 32 * 1024 * 1024;

/// The blocks of a shard after a cursor.
pub(crate) struct Reader {
    source: Arc<dyn BlockSource>,
    shard: ShardId,
    height: Height,
    digest: Digest,
    hand_over: Option<Arc<HandOver>>,
    waiting: VecDeque<CheckedBlock>,
    fetch_max: usize,
    /// The maximum number of records in one commit of the blocks that wait.
    records_max: usize,
}

impl Reader {
    /// Reads from a cursor.
    pub(crate) fn after(source: Arc<dyn BlockSource>, cursor: &Cursor) -> Self {
        let waiting = VecDeque::new();
        let hand_over = cursor.hand_over.clone();
        let Cursor { shard, height, digest, .. } = *cursor;
        let records_max = RECORDS_PER_NEW_COMMIT_MAX;
        Self { source, shard, height, digest, hand_over, waiting, fetch_max: 1, records_max }
    }

    /// Returns the blocks of the next commit, up to height `until`. Waits for the first one; may be dropped while it
    /// waits. Empty when the source is shutting down.
    pub(crate) async fn next(&mut self, until: Height) -> Result<Arc<[CheckedBlock]>, IndexerError> {
        if self.waiting.is_empty() {
            let remaining = usize::try_from(until.0.saturating_sub(self.height.0)).unwrap_or(usize::MAX);
            let wanted = self.fetch_max.min(remaining);
            let fetched = self.source.blocks(self.shard, self.height.next(), wanted).await?;
            let is_near_tip = fetched.len() < wanted;
            self.records_max = if is_near_tip { RECORDS_PER_NEW_COMMIT_MAX } else { RECORDS_PER_COMMIT_MAX };
            self.waiting = self.check(fetched).await?.into();
            if let Some(last) = self.waiting.back() {
                (self.height, self.digest) = (last.height(), last.digest);
                let begun = self.waiting.iter().rev().find_map(|block| block.hand_over.clone());
                self.hand_over = begun.or(self.hand_over.take());
                self.fetch_max = fetch_size(self.waiting.iter().map(CheckedBlock::bytes).max().unwrap_or(0));
            }
        }
        let size = commit_size(self.waiting.make_contiguous(), self.records_max);
        Ok(self.waiting.drain(..size).collect())
    }

    async fn check(&self, blocks: Vec<Arc<FinalBlock>>) -> Result<Vec<CheckedBlock>, FollowError> {
        let (source, mut parent, mut height) = (Arc::clone(&self.source), self.digest, self.height);
        let (shard, mut present) = (self.shard, self.hand_over.clone());
        // Hashing every record and verifying signatures would block other tasks of this thread.
        let checked = tokio::task::spawn_blocking(move || {
            let mut checked = Vec::with_capacity(blocks.len());
            let chain_id = source.genesis().chain_id();
            for block in blocks {
                height = height.next();
                let first = &source.genesis().validators;
                let validators = present.as_ref().map_or(first, |present| present.validators(shard));
                let block = CheckedBlock::check(block, chain_id, validators, (height, &parent))?;
                parent = block.digest;
                present = block.hand_over.clone().or(present);
                checked.push(block);
            }
            Ok(checked)
        });
        checked.await.expect("checking a block does not panic")
    }
}

/// The number of blocks of this size that fit the limits.
fn fetch_size(block_bytes: usize) -> usize {
    (BYTES_PER_FETCH_MAX / block_bytes.max(1)).clamp(1, BLOCKS_PER_FETCH_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_are_asked_for_one_by_one_and_small_ones_together() {
        assert_eq!(fetch_size(0), BLOCKS_PER_FETCH_MAX);
        assert_eq!(fetch_size(BYTES_PER_FETCH_MAX / BLOCKS_PER_FETCH_MAX), BLOCKS_PER_FETCH_MAX);
        assert_eq!(fetch_size(BYTES_PER_FETCH_MAX / 2), 2);
        assert_eq!(fetch_size(BYTES_PER_FETCH_MAX + 1), 1);
    }
}
