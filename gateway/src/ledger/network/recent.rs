//! Who led and who signed a shard's newest blocks. Invariant: each block is read once, and no more than [`BLOCKS_MAX`]
//! are remembered.

use chain_node::{NodeError, NodeHandle};
use chain_types::{BlockHeader, Certificate, Epoch, Height, ShardId, TimestampMs, View};
use std::collections::VecDeque;

/// Blocks that are counted.
pub const BLOCKS_MAX: usize = 100;

/// What is remembered of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Remembered {
    pub(super) height: Height,
    pub(super) epoch: Epoch,
    /// The view whose votes made it final.
    pub(super) view: View,
    pub(super) timestamp_ms: TimestampMs,
    pub(super) proposer: u16,
    /// Indices into the validator set, ascending.
    pub(super) signers: Vec<u16>,
}

impl Remembered {
    fn new(header: &BlockHeader, certificate: &Certificate) -> Self {
        Self {
            height: header.height,
            epoch: header.epoch,
            view: certificate.vote.view,
            timestamp_ms: header.timestamp_ms,
            proposer: header.proposer,
            signers: certificate.signatures.iter().map(|(index, _)| *index).collect(),
        }
    }
}

/// What a validator did in the remembered blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tally {
    pub(super) signed: usize,
    pub(super) led: usize,
    /// Blocks since the newest that it signed.
    pub(super) lag: Option<u64>,
}

/// The newest blocks of one shard, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(VecDeque<Remembered>);

impl Recent {
    /// Reads what became final since the last call.
    pub(super) async fn catch_up(&mut self, node: &NodeHandle, shard: ShardId) -> Result<(), NodeError> {
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
            self.remember(Remembered::new(&block.header, &block.certificate));
            next = next.next();
        }
        Ok(())
    }

    fn remember(&mut self, block: Remembered) {
        if self.0.len() == BLOCKS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(block);
    }

    pub(super) fn newest(&self) -> Option<&Remembered> {
        self.0.back()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn tally(&self, validator: u16) -> Tally {
        let signed = |block: &&Remembered| block.signers.contains(&validator);
        let newest_signed = self.0.iter().rev().find(signed);
        Tally {
            signed: self.0.iter().filter(signed).count(),
            led: self.0.iter().filter(|block| block.proposer == validator).count(),
            lag: self.newest().zip(newest_signed).map(|(newest, signed)| newest.height.0 - signed.height.0),
        }
    }
}

/// The first block to read: the one after the newest known, but never more than a window before the tip.
fn first_missing(newest: Option<Height>, tip: Height) -> Height {
    let window = Height(tip.0.saturating_sub(BLOCKS_MAX as u64) + 1);
    newest.map_or(window, |newest| window.max(newest.next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(height: u64, proposer: u16, signers: &[u16]) -> Remembered {
        Remembered {
            height: Height(height),
            epoch: Epoch(0),
            view: View(1),
            timestamp_ms: TimestampMs(0),
            proposer,
            signers: signers.to_vec(),
        }
    }

    #[test]
    fn a_long_absence_costs_one_window_and_a_short_one_what_is_new() {
        for (newest, tip, expected) in
            [(None, 0, 1), (None, 100, 1), (None, 101, 2), (Some(5), 5, 6), (Some(5), 105, 6), (Some(5), 1_000, 901)]
        {
            assert_eq!(first_missing(newest.map(Height), Height(tip)), Height(expected), "{newest:?} {tip}");
        }
    }

    #[test]
    fn a_tally_counts_the_window_and_nothing_older() {
        let mut recent = Recent::default();
        assert_eq!(recent.tally(0), Tally { signed: 0, led: 0, lag: None });
        recent.remember(block(1, 1, &[0, 1, 3]));
        for height in 2..=BLOCKS_MAX as u64 {
            recent.remember(block(height, 0, &[0, 1, 2]));
        }
        assert_eq!(recent.tally(3), Tally { signed: 1, led: 0, lag: Some(99) });
        assert_eq!(recent.tally(1), Tally { signed: 100, led: 1, lag: Some(0) });
        recent.remember(block(101, 2, &[1, 2, 4]));
        assert_eq!(recent.len(), BLOCKS_MAX);
        assert_eq!(recent.tally(3), Tally { signed: 0, led: 0, lag: None });
        assert_eq!(recent.tally(0), Tally { signed: 99, led: 99, lag: Some(1) });
        assert_eq!(recent.tally(4), Tally { signed: 1, led: 0, lag: Some(0) });
    }
}
