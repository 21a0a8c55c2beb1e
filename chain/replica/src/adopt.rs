//! Joins from a snapshot and continues from the adopted state [P9, recovery]. Invariant: the replica continues from the
//! data on disk, as after a restart. Only clocks, pending transactions, peers, settings and the work counter are kept
//! in memory.

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
    /// Lets a replica without blocks join from a snapshot when it lacks more than `behind` blocks; see
    /// [`crate::JOIN_BEHIND_BLOCKS`]. It will not have the blocks before the snapshot.
    pub fn join_from_snapshot(&mut self, behind: u64) {
        if self.ledger.tip().block().is_none() && !self.voting.committee().is_sole() {
            self.join = Some(Join::new(behind));
        }
    }

    /// Advances joining. Returns whether it is still in progress, so that fetching blocks has to wait.
    pub(crate) fn is_joining(&mut self, effects: &mut Effects) -> bool {
        let is_empty = self.ledger.tip().block().is_none();
        let is_in_progress = match self.join.as_mut().filter(|_| is_empty) {
            Some(join) => join.advance(&self.peers, self.clock.moment(), effects),
            None => false,
        };
        if !is_in_progress {
            self.join = None;
        }
        is_in_progress
    }

    /// Handles a part of a snapshot.
    pub(crate) fn take_part(&mut self, from: PublicKey, part: SnapshotPart, effects: &mut Effects) {
        let Some(join) = &mut self.join else { return };
        let (law, genesis) = (self.ledger.law(), self.ledger.genesis());
        let chain = JoinedChain { genesis, versions: law.versions(), shard: law.shard };
        self.outdated = join.take_part((from, part), &chain, self.clock.moment(), effects);
    }

    /// Continues from the adopted snapshot. `state` and `recovered` are read from the disk, as for
    /// [`Replica::recover`].
    ///
    /// # Errors
    /// [`RecoveryError`] when they do not match the snapshot's block.
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
        self.given.set_cover(before.given.cover());
        // Pending transactions may be final in the snapshot. They must not be proposed again, and their submitters need
        // an answer.
        self.mempool.forget(pending.iter().map(|(id, _)| *id));
        effects.extend(pending.into_iter().map(|(tx_id, height)| Effect::AlreadyFinal { tx_id, height }));
        if let Some((_, certificate)) = self.ledger.tip().block() {
            // If the block ended an epoch, it was signed by an earlier committee than the present one.
            self.voting.notice_rollback(self.seat_at_tip(), certificate, effects);
        }
        self.send_status(effects);
        Ok(())
    }
}
