//! The committees whose certificates count, by epoch and shard. Invariant: begins with the anchor's committee, or with
//! the genesis document's when there is no anchor, and grows only by hand-overs that a committee in it certified.

use crate::Anchor;
use chain_types::{ChainId, Epoch, Genesis, beacon::HandOver};

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

    /// The committee that is trusted from the beginning; certificates of epochs before its own count for nothing.
    pub(super) const fn first(&self) -> &HandOver {
        &self.first
    }

    /// The hand-over that was in force last.
    pub(super) fn last(&self) -> &HandOver {
        self.later.last().copied().unwrap_or(&self.first)
    }

    /// The hand-over in force in an epoch, as far as is known.
    pub(super) fn at(&self, epoch: Epoch) -> &HandOver {
        let before = self.later.partition_point(|hand_over| hand_over.epoch() <= epoch);
        before.checked_sub(1).and_then(|at| self.later.get(at)).copied().unwrap_or(&self.first)
    }

    /// Believes a hand-over; its epoch is greater than those before it.
    pub(super) fn push(&mut self, hand_over: &'b HandOver) {
        self.later.push(hand_over);
    }
}
