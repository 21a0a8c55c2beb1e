//! The block of a snapshot, and the hand-overs that lead to it [P9, recovery] [P19, epochs]. Invariant: no part of the
//! state is accepted before the epoch's validators are known to have certified the block. Those validators follow from
//! the genesis document through hand-overs, each certified by the previous committee.

use super::{JoinedChain, seen::SeenCheck};
use crate::{
    Totals,
    effect::{Adoption, Effect, Effects},
    snapshot::{HAND_OVERS_PER_PART_MAX, SnapshotAsk, SnapshotPart},
};
use chain_state::BUCKETS;
use chain_types::{
    FinalBlock, Transaction, Versions,
    beacon::{HandOver, HandOverProof},
    mutant,
    record::records_root,
    signature::{Namespace, verify},
    version::Outdated,
};
use std::sync::Arc;

/// The block of a snapshot that is being downloaded.
pub(super) struct Head {
    block: Arc<FinalBlock>,
    totals: Totals,
    /// The last hand-over that was followed.
    present: HandOver,
    /// The versions that this build knows.
    versions: Versions,
    /// Set when the hand-overs reached an epoch of an unknown version.
    outdated: Option<Outdated>,
    /// The first bucket of the next chunk.
    next: u32,
    seen: SeenCheck,
}

impl Head {
    /// Checks the block of a snapshot. `None` when it cannot be a final block of this chain and shard.
    pub(super) fn of(chain: &JoinedChain<'_>, part: SnapshotPart) -> Option<Self> {
        let SnapshotPart::Head { block, totals } = part else { return None };
        let header = &block.header;
        let is_ours = header.chain_id == chain.genesis.chain_id()
            && header.shard == chain.shard
            && header.is_finalised_by(&block.certificate.vote);
        let seen = SeenCheck::of(header);
        let (block, present) = (Arc::new(*block), chain.genesis.hand_over());
        let mut head = Self { block, totals, present, versions: chain.versions, outdated: None, next: 0, seen };
        (is_ours && (!head.has_reached_epoch() || head.is_final())).then_some(head)
    }

    /// Whether the hand-overs reached the block's epoch.
    fn has_reached_epoch(&self) -> bool {
        self.present.epoch() == self.block.header.epoch
    }

    /// Whether the epoch's validators made the block final, and its contents are complete and signed by their authors.
    /// This is the only place where trust in a snapshot comes from. Invalid signatures are removed from the
    /// certificate.
    fn is_final(&mut self) -> bool {
        let block = Arc::make_mut(&mut self.block);
        let validators = self.present.validators(block.header.shard);
        let is_certified = block.header.version == self.present.version
            && block.header.validator_set_hash == validators.digest()
            && block.certificate.keep_valid(validators).is_ok();
        let is_signed = |transaction: &Transaction| {
            let checked = transaction.clone().check();
            checked.is_ok_and(|checked| verify(Namespace::TRANSACTION, &checked.claim()))
        };
        // A deliberately broken variant; the simulator must detect it.
        (is_certified || mutant::is(mutant::TRUST_SNAPSHOT_HEAD))
            && block.leaves().is_some_and(|leaves| records_root(&leaves) == block.header.records_root)
            && block.block.transactions.iter().all(is_signed)
    }

    /// The unknown version and its epoch, when the hand-overs reached one.
    pub(super) const fn outdated(&self) -> Option<Outdated> {
        self.outdated
    }

    /// The next part to request; `None` at the end.
    pub(super) fn ask(&self) -> Option<SnapshotAsk> {
        let height = self.block.header.height;
        if !self.has_reached_epoch() {
            return Some(SnapshotAsk::HandOvers { height, after: self.present.epoch() });
        }
        if self.next < BUCKETS {
            return Some(SnapshotAsk::Chunk { height, first: self.next });
        }
        (self.seen.last() < height).then(|| SnapshotAsk::Seen { height, after: self.seen.last() })
    }

    /// Checks the next part and pushes the effect that writes it. Returns whether it is valid, or `None` when it is not
    /// the requested part.
    pub(super) fn take(&mut self, part: SnapshotPart, effects: &mut Effects) -> Option<bool> {
        let (own_height, root) = (self.block.header.height, self.block.header.state_root);
        let has_reached_epoch = self.has_reached_epoch();
        match part {
            SnapshotPart::HandOvers { height, proofs } if height == own_height && !has_reached_epoch => {
                let is_valid = self.follow(&proofs);
                if is_valid {
                    effects.push(Effect::TakeOverHandOvers(proofs));
                }
                Some(is_valid)
            }
            SnapshotPart::Chunk { height, chunk }
                if height == own_height && has_reached_epoch && chunk.first == self.next =>
            {
                let next = chunk.next;
                let Some(part) = chunk.check(&root) else { return Some(false) };
                self.next = next;
                self.seen.note(&part.leaves);
                effects.push(Effect::TakeOverState(part));
                Some(true)
            }
            SnapshotPart::Seen { height, blocks, last } if height == own_height && self.next == BUCKETS => {
                let is_valid = self.seen.take(&blocks, last);
                if is_valid {
                    effects.push(Effect::TakeOverSeen(blocks));
                }
                Some(is_valid)
            }
            SnapshotPart::Gone => Some(false),
            _ => None,
        }
    }

    /// Follows hand-overs towards the block's epoch. Returns whether they are valid, and also the block once they reach
    /// it.
    fn follow(&mut self, proofs: &[HandOverProof]) -> bool {
        if proofs.is_empty() || proofs.len() > HAND_OVERS_PER_PART_MAX {
            return false;
        }
        let chain_id = self.block.header.chain_id;
        for proof in proofs {
            if self.has_reached_epoch() || !proof.is_certified_by(chain_id, &self.present.committee) {
                return false;
            }
            let epoch = proof.hand_over.epoch();
            if let Err(unknown) = self.versions.rules(proof.hand_over.version) {
                self.outdated = Some(Outdated { unknown, epoch });
                return false;
            }
            self.present = proof.hand_over.clone();
        }
        !self.has_reached_epoch() || self.is_final()
    }

    /// The adoption of the block, once its whole state has arrived and matches it.
    pub(super) fn adoption(&self) -> Option<Adoption> {
        let is_whole = self.ask().is_none() && self.seen.is_whole();
        is_whole.then(|| Adoption { block: Arc::clone(&self.block), totals: self.totals })
    }
}
