//! The trusted committees of a verification, by epoch and shard. Invariant: the first is the anchor's committee, or the
//! genesis document's without an anchor. Callers add a hand-over only after a committee in the list certified it.

use crate::Anchor;
use chain_types::{ChainId, Epoch, Genesis, beacon::HandOver};

/// A list of trusted committees, ascending by epoch.
pub(super) struct Trusted<'b> {
    chain_id: ChainId,
    first: HandOver,
    later: Vec<&'b HandOver>,
}

impl<'b> Trusted<'b> {
    pub(super) fn of(genesis: &Genesis, anchor: Option<&Anchor>) -> Self {
        let first = anchor.map_or_else(|| genesis.hand_over(), |anchor| anchor.committee().clone());
        Self { chain_id: genesis.chain_id(), first, later: Vec::new() }
    }

    pub(super) const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The first trusted committee. Certificates of earlier epochs are not accepted.
    pub(super) const fn first(&self) -> &HandOver {
        &self.first
    }

    /// The latest hand-over.
    pub(super) fn last(&self) -> &HandOver {
        self.later.last().copied().unwrap_or(&self.first)
    }

    /// The hand-over in force in an epoch, as far as the list reaches.
    pub(super) fn in_force_at(&self, epoch: Epoch) -> &HandOver {
        let before = self.later.partition_point(|hand_over| hand_over.epoch() <= epoch);
        before.checked_sub(1).and_then(|index| self.later.get(index)).copied().unwrap_or(&self.first)
    }

    /// Adds a hand-over. Its epoch must be greater than all before it.
    pub(super) fn push(&mut self, hand_over: &'b HandOver) {
        self.later.push(hand_over);
    }
}
