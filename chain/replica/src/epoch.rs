//! Changes the committee when an epoch begins [P19, epochs]. Invariant: the committee depends only on the state after
//! the last final block. A restarted replica therefore has the same committee. A replica stops before an epoch whose
//! protocol version is unknown.

use crate::{
    Input, Replica,
    effect::{Effect, Effects},
};
use chain_consensus::Committee;
use chain_state::{LeafReader, ReadFailure};
use chain_types::FinalBlock;
use std::sync::Arc;

impl<R: LeafReader> Replica<R> {
    /// Enters the epoch that a durable block began. Its committee decides the next height. The replica stops instead
    /// when the epoch follows a version that this build does not know.
    pub(crate) fn enter_epoch(&mut self, block: &FinalBlock, effects: &mut Effects) {
        let Some(next) = block.hand_over() else { return };
        if let Err(outdated) = self.ledger.enter_epoch(next.clone()) {
            self.outdated = Some(outdated);
            return;
        }
        let law = self.ledger.law();
        self.voting.seat(Committee::of(law.chain_id, next, law.shard, &self.voting.key()));
        self.drop_promises(effects);
        effects.push(Effect::EnterEpoch(Arc::clone(self.voting.committee())));
    }

    /// Handles an input after the replica has stopped: it still serves blocks up to its last epoch to peers.
    pub(crate) fn step_outdated(&mut self, input: Input, effects: &mut Effects) -> Result<(), ReadFailure> {
        match input {
            Input::Tick { at, now } => {
                self.clock.advance(at, now);
                self.send_status_if_due(effects);
                Ok(())
            }
            Input::Message { from, message } if message.asks_for_blocks() => self.message(from, *message, effects),
            _ => Ok(()),
        }
    }

    /// This replica's index in the committee of the last final block.
    pub fn seat_at_tip(&self) -> Option<u16> {
        let set = self.ledger.validators_at_tip()?;
        let key = self.voting.key();
        (0_u16..).zip(&set.validators).find(|(_, one)| one.key == key).map(|(index, _)| index)
    }

    /// The committee that decides the next height.
    pub const fn committee(&self) -> &Arc<Committee> {
        self.voting.committee()
    }
}
