//! Tracks escrow and the decisions of bundles (atomic transactions across shards; a leg is the part on one shard).
//! Invariant: every violation of two-phase commit is reported as a [`Fault`]. Some faults show only in the sum, because
//! shards are read in any order.

use super::Fault;
use chain_types::atomic::{BundleId, Decision, Leg};
use std::collections::{BTreeMap, BTreeSet};

/// The legs and bundles of all blocks read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Escrow {
    held: BTreeMap<(BundleId, u8), Leg>,
    locked: BTreeSet<(BundleId, u8)>,
    refused: BTreeSet<(BundleId, u8)>,
    opened: BTreeMap<BundleId, usize>,
    decided: BTreeMap<BundleId, Decision>,
    settled: BTreeMap<BundleId, Decision>,
}

impl Escrow {
    pub(super) fn lock(&mut self, place: (BundleId, u8), leg: Leg) -> Result<(), Fault> {
        if self.refused.contains(&place) || !self.locked.insert(place) {
            return Err(Fault::Leg);
        }
        self.held.insert(place, leg);
        Ok(())
    }

    /// A refusal may repeat, because the shard may have removed the earlier one. It may not follow while the leg is in
    /// escrow.
    pub(super) fn refuse(&mut self, place: (BundleId, u8)) -> Result<(), Fault> {
        if self.held.contains_key(&place) {
            return Err(Fault::Leg);
        }
        self.refused.insert(place);
        Ok(())
    }

    /// Takes a leg out of escrow.
    pub(super) fn settle(&mut self, place: (BundleId, u8), decision: Decision) -> Result<Leg, Fault> {
        let leg = self.held.remove(&place).ok_or(Fault::Leg)?;
        if *self.settled.entry(place.0).or_insert(decision) != decision {
            return Err(Fault::Decision);
        }
        Ok(leg)
    }

    pub(super) fn open(&mut self, bundle: BundleId, legs: usize) -> Result<(), Fault> {
        if self.opened.insert(bundle, legs).is_some() { Err(Fault::Decision) } else { Ok(()) }
    }

    /// The same shard opens and decides a bundle, so in block order no decision comes before its opening.
    pub(super) fn decide(&mut self, bundle: BundleId, decision: Decision) -> Result<(), Fault> {
        let was_opened = self.opened.contains_key(&bundle);
        let is_first = self.decided.insert(bundle, decision).is_none();
        if was_opened && is_first { Ok(()) } else { Err(Fault::Decision) }
    }

    /// Whether every leg of a bundle has been in escrow.
    fn was_locked_whole(&self, bundle: BundleId) -> bool {
        let locked = self.locked.range((bundle, 0)..=(bundle, u8::MAX)).count();
        self.opened.get(&bundle) == Some(&locked)
    }

    /// Whether any leg of a bundle has been refused.
    fn was_refused(&self, bundle: BundleId) -> bool {
        self.refused.range((bundle, 0)..=(bundle, u8::MAX)).next().is_some()
    }

    /// The units in escrow. The sum fails when a settlement or a decision lacks its cause in the blocks read so far.
    pub(super) fn sum(&self) -> Result<u128, Fault> {
        for (bundle, settled) in &self.settled {
            match self.decided.get(bundle) {
                None => return Err(Fault::Cut),
                Some(decided) if decided != settled => return Err(Fault::Decision),
                Some(_) => {}
            }
        }
        let has_cause = |(bundle, decision): (&BundleId, &Decision)| match decision {
            Decision::Commit => self.was_locked_whole(*bundle),
            Decision::Abort => self.was_refused(*bundle),
        };
        if !self.decided.iter().all(has_cause) {
            return Err(Fault::Cut);
        }
        Ok(self.held.values().map(|leg| u128::from(leg.amount.0)).sum())
    }
}
