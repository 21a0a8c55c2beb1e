//! Going on from a snapshot that was taken over [P9]. Invariant: the replica continues from what the disk holds, as at
//! a start; only pending transactions, peers and settings stay.

use crate::{
    Recovered, RecoveryError, Role,
    effect::{Effect, Effects},
    join::{Join, JoinedChain},
    replica::Replica,
    snapshot::SnapshotPart,
};
use chain_state::{LeafReader, State};
use chain_types::PublicKey;
use std::sync::Arc;

impl<R: LeafReader> Replica<R> {
    /// Lets a replica without any block take over a snapshot when it lacks more than `behind` blocks; see
    /// [`crate::JOIN_BEHIND_BLOCKS`]. It will not have the blocks before the snapshot.
    pub fn join_from_snapshot(&mut self, behind: u64) {
        if self.ledger.tip().block().is_none() && !self.voting.committee().is_sole() {
            self.join = Some(Join::new(behind));
        }
    }

    /// Advances joining. Returns whether ordinary catching up has to wait for it.
    pub(crate) fn is_joining(&mut self, effects: &mut Effects) -> bool {
        let is_empty = self.ledger.tip().block().is_none();
        let goes_on = match self.join.as_mut().filter(|_| is_empty) {
            Some(join) => join.advance(&self.peers, self.clock.at(), effects),
            None => false,
        };
        if !goes_on {
            self.join = None;
        }
        goes_on
    }

    /// A part of a snapshot arrived.
    pub(crate) fn take_part(&mut self, from: PublicKey, part: SnapshotPart, effects: &mut Effects) {
        let Some(join) = &mut self.join else { return };
        let (law, genesis) = (self.ledger.law(), self.ledger.genesis());
        let chain = JoinedChain { genesis, versions: law.versions(), shard: law.shard };
        self.outdated = join.take_part((from, part), &chain, self.clock.at(), effects);
    }

    /// Continues from the adopted snapshot. `state` and `recovered` are what the disk holds now, as for
    /// [`Replica::recover`].
    ///
    /// # Errors
    /// [`RecoveryError`] when that does not match the snapshot's block.
    pub fn adopt(
        &mut self,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
        effects: &mut Effects,
    ) -> Result<(), RecoveryError> {
        let remembered =
            recovered.seen.iter().flat_map(|(height, _, ids)| ids.iter().map(move |(id, _)| (*id, *height)));
        let pending = remembered.filter(|(id, _)| self.mempool.get(id).is_some()).collect::<Vec<_>>();
        let (genesis, law) = (Arc::clone(self.ledger.genesis()), self.ledger.law());
        let adopted = Self::recover_knowing(law.versions(), genesis, law.shard, role, state, recovered)?;
        let before = std::mem::replace(self, adopted);
        self.ledger.replace(before.ledger);
        self.clock = before.clock;
        self.mempool = before.mempool;
        self.peers = before.peers;
        // Pending transactions may be final in the snapshot: nobody must propose them again, and their submitters get
        // an answer.
        self.mempool.forget(pending.iter().map(|(id, _)| *id));
        effects.extend(pending.into_iter().map(|(tx_id, height)| Effect::AlreadyFinal { tx_id, height }));
        if let Some((_, certificate)) = self.ledger.tip().block() {
            // The block may have ended an epoch; then another committee than the present one signed it.
            self.voting.notice_rollback(self.seat_at_tip(), certificate, effects);
        }
        self.tell_status(effects);
        Ok(())
    }
}
