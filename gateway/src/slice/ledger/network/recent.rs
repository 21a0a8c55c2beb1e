//! Proposers and signers of a shard's newest blocks. Invariant: each block is read once. At most [`BLOCKS_MAX`] blocks
//! are kept. A validator index refers to the set that signed its block.

use super::signers::SignerSets;
use chain_node::{NodeError, NodeHandle};
use chain_types::{
    BlockHeader, Certificate, Epoch, Height, PublicKey, ShardId, TimestampMs, View, validator::ValidatorSet,
};
use std::{collections::VecDeque, sync::Arc};

/// The number of blocks in the window.
pub const BLOCKS_MAX: usize = 100;

/// The part of a block that the view needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RecentBlock {
    pub(super) height: Height,
    pub(super) epoch: Epoch,
    /// The view in which the block was finalised.
    pub(super) view: View,
    pub(super) timestamp_ms: TimestampMs,
    /// An index into `set`.
    proposer: u16,
    /// Indices into `set`, ascending.
    signers: Vec<u16>,
    /// The signers of the shard in the block's epoch.
    set: Arc<ValidatorSet>,
}

impl RecentBlock {
    fn new(header: &BlockHeader, certificate: &Certificate, set: Arc<ValidatorSet>) -> Self {
        Self {
            height: header.height,
            epoch: header.epoch,
            view: certificate.vote.view,
            timestamp_ms: header.timestamp_ms,
            proposer: header.proposer,
            signers: certificate.signatures.iter().map(|(index, _)| *index).collect(),
            set,
        }
    }

    /// The key of the proposer.
    pub(super) fn proposer(&self) -> Option<PublicKey> {
        Some(self.set.validators.get(usize::from(self.proposer))?.key)
    }

    /// The keys of the certificate's signers.
    pub(super) fn signers(&self) -> impl Iterator<Item = PublicKey> {
        self.signers.iter().filter_map(|index| Some(self.set.validators.get(usize::from(*index))?.key))
    }
}

/// The activity of a validator in the window of recent blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tally {
    /// The number of blocks whose certificate it signed.
    pub(super) signed: usize,
    /// The number of blocks that it proposed.
    pub(super) led: usize,
    /// The number of blocks since the newest that it signed; `None` if it signed none.
    pub(super) lag: Option<u64>,
}

/// The newest blocks of one shard, in order of height.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(VecDeque<RecentBlock>);

impl Recent {
    /// Reads the blocks that became final since the last call.
    pub(super) async fn catch_up(
        &mut self,
        node: &NodeHandle,
        sets: &mut SignerSets,
        shard: ShardId,
    ) -> Result<(), NodeError> {
        let tip = node.tip(shard).borrow().height;
        let mut next = first_missing(self.newest().map(|block| block.height), tip);
        while next <= tip {
            let block = match node.block(shard, next).await {
                Err(NodeError::AbsentBlock { first, .. }) => {
                    next = first;
                    continue;
                }
                read => read?,
            };
            let Some(block) = block else { break };
            let Some(set) = sets.of(node, shard, block.header.epoch).await else { break };
            self.push(RecentBlock::new(&block.header, &block.certificate, set));
            next = next.next();
        }
        Ok(())
    }

    fn push(&mut self, block: RecentBlock) {
        if self.0.len() == BLOCKS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(block);
    }

    pub(super) fn newest(&self) -> Option<&RecentBlock> {
        self.0.back()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Counts the activity of a validator in the window.
    pub(super) fn tally(&self, validator: &PublicKey) -> Tally {
        let mut tally = Tally { signed: 0, led: 0, lag: None };
        let mut seat: Option<(Epoch, Option<u16>)> = None;
        for block in self.0.iter().rev() {
            let known = seat.filter(|(epoch, _)| *epoch == block.epoch);
            let (_, index) = *seat.insert(known.unwrap_or_else(|| (block.epoch, index_of(validator, &block.set))));
            let Some(index) = index else { continue };
            tally.led += usize::from(block.proposer == index);
            if block.signers.contains(&index) {
                tally.signed += 1;
                let newest = self.newest().map_or(block.height, |newest| newest.height);
                tally.lag = tally.lag.or(Some(newest.0 - block.height.0));
            }
        }
        tally
    }
}

/// The index of a validator in a set.
pub(super) fn index_of(key: &PublicKey, set: &ValidatorSet) -> Option<u16> {
    set.validators.iter().position(|one| one.key == *key).and_then(|index| u16::try_from(index).ok())
}

/// The first block to read: the one after the newest known, but at most one window before the tip.
fn first_missing(newest: Option<Height>, tip: Height) -> Height {
    let window = Height(tip.0.saturating_sub(BLOCKS_MAX as u64) + 1);
    newest.map_or(window, |newest| window.max(newest.next()))
}

#[cfg(test)]
mod tests;
