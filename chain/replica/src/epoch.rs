//! Epochs [P19]: which committee decides the next height. Invariant: it follows from the state after the last final
//! block alone, so that a replica which starts comes to the same committee as one that never stopped.

use crate::{Input, RecoveryError, Replica, effect::Effect, effect::Effects};
use chain_consensus::Committee;
use chain_ledger::Law;
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{
    Epoch, FinalBlock,
    beacon::{HandOver, HandOverKey},
    state::TypedKey,
};
use std::sync::Arc;

/// Brings the law from genesis to the epoch of the block after one of `last`; answers that epoch's hand-over when it is
/// not the first.
pub(crate) fn catch_up<R: LeafReader>(
    law: &mut Law,
    state: &mut State<R>,
    last: Epoch,
) -> Result<Option<HandOver>, RecoveryError> {
    let mut present = None;
    for epoch in last.0.saturating_sub(1)..=last.0.saturating_add(1) {
        let key = HandOverKey(Epoch(epoch));
        if let Some(bytes) = state.get(&key.path())? {
            let hand_over = key.decode(bytes).expect("the state holds what the law wrote");
            law.enter_epoch(hand_over.clone())?;
            present = Some(hand_over);
        }
    }
    Ok(present)
}

impl<R: LeafReader> Replica<R> {
    /// After a block that began an epoch is durable: the next height is decided by that epoch's committee, or not here at all
    /// when the epoch follows a version that this build does not know.
    pub(crate) fn enter_epoch(&mut self, block: &FinalBlock, effects: &mut Effects) {
        let Some(next) = block.hand_over() else { return };
        if let Err(outdated) = self.law.enter_epoch(next.clone()) {
            self.outdated = Some(outdated);
            return;
        }
        let committee = Committee::of(self.law.chain_id, next, self.shard, &self.key);
        self.committee = Arc::new(committee);
        self.drop_promises(effects);
        effects.push(Effect::EnterEpoch(Arc::clone(&self.committee)));
    }

    /// What a replica still does that stopped before an epoch: it gives peers what they lack up to there.
    pub(crate) fn step_outdated(&mut self, input: Input, effects: &mut Effects) -> Result<(), ReadFailure> {
        match input {
            Input::Tick { at, now } => {
                (self.at, self.now) = (self.at.max(at), now);
                self.tell_status_at_times(effects);
                Ok(())
            }
            Input::Message { from, message } if message.asks_for_blocks() => self.message(from, *message, effects),
            _ => Ok(()),
        }
    }

    /// This replica's index in the committee of the last final block.
    pub fn seat_at_tip(&self) -> Option<u16> {
        let (header, _) = self.tip.as_ref()?;
        let set = self.law.validator_set(header.epoch, self.shard)?;
        (0_u16..).zip(&set.validators).find(|(_, one)| one.key == self.key).map(|(index, _)| index)
    }

    /// Who decides the next height.
    pub const fn committee(&self) -> &Arc<Committee> {
        &self.committee
    }
}
