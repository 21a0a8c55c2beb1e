//! Recovers the ledger from disk. Invariant: the recovered state has the root in the header of the last final block.
//! That block is certified and belongs to this chain and shard.

use super::{Ledger, NextBlock};
use crate::{Recovered, RecoveryError, tip::Tip};
use chain_ledger::{Law, decode_delta, seen::SeenSet};
use chain_state::{LeafReader, State};
use chain_types::{
    BlockHeader, Certificate, Digest, Epoch, Genesis, Height, ShardId, Versions,
    beacon::{HandOver, HandOverKey},
    state::TypedKey,
};
use std::sync::Arc;

impl<R: LeafReader> Ledger<R> {
    /// Recovers the ledger. Also returns the hand-over to the epoch of the next block.
    pub(crate) fn recover(
        versions: Versions,
        genesis: Arc<Genesis>,
        shard: ShardId,
        mut state: State<R>,
        recovered: &Recovered,
    ) -> Result<(Self, HandOver), RecoveryError> {
        for delta in &recovered.deltas {
            state.apply(decode_delta(delta)?)?;
        }
        let block = recovered.tip.as_ref().map(|(header, certificate, _)| (header.clone(), certificate.clone()));
        let totals = recovered.tip.as_ref().map(|(_, _, totals)| *totals).unwrap_or_default();
        let header = block.as_ref().map(|(header, _)| header);
        let expected = header.map_or(Digest::ZERO, |header| header.state_root);
        if state.root() != expected {
            let height = header.map_or(Height(0), |header| header.height);
            return Err(RecoveryError::Root { height, expected, found: state.root() });
        }
        let mut law = Law::knowing(versions, &genesis, shard);
        let last = header.map_or(Epoch(0), |header| header.epoch);
        let present = enter_epochs(&mut law, &mut state, last)?.unwrap_or_else(|| genesis.hand_over());
        if let Some((header, certificate)) = &block {
            check_tip(&law, header, certificate)?;
        }
        let mut seen = SeenSet::default();
        for (height, time, ids) in &recovered.seen {
            seen.extend(*height, *time, ids);
        }
        let digest = header.map_or_else(|| genesis.first_parent(shard), BlockHeader::digest);
        let ledger = Self {
            genesis,
            law,
            state,
            seen,
            tip: Tip::new(block, digest, totals),
            next: NextBlock::Absent,
            trusts_quorums: false,
            stopwatch: None,
            executed_work: 0,
        };
        Ok((ledger, present))
    }
}

/// Brings the rules from genesis to the epoch of the block that follows one of epoch `last`. Returns that epoch's
/// hand-over, unless it is the first epoch.
fn enter_epochs<R: LeafReader>(
    law: &mut Law,
    state: &mut State<R>,
    last: Epoch,
) -> Result<Option<HandOver>, RecoveryError> {
    let mut present = None;
    for epoch in last.0.saturating_sub(1)..=last.0.saturating_add(1) {
        let key = HandOverKey(Epoch(epoch));
        if let Some(bytes) = state.get(&key.path())? {
            let hand_over = key.decode(bytes).expect("the ledger wrote a valid hand-over");
            law.enter_epoch(hand_over.clone())?;
            present = Some(hand_over);
        }
    }
    Ok(present)
}

/// Checks that a tip is a certified block of this chain and shard, so that another chain's data is not continued.
fn check_tip(law: &Law, header: &BlockHeader, certificate: &Certificate) -> Result<(), RecoveryError> {
    let validators = law.validator_set(header.epoch, law.shard);
    let is_ours = header.chain_id == law.chain_id
        && header.shard == law.shard
        && header.is_finalised_by(&certificate.vote)
        && validators.is_some_and(|set| certificate.check(set).is_ok());
    if is_ours { Ok(()) } else { Err(RecoveryError::Foreign { height: header.height }) }
}
