//! What prepared legs hold, and how bundles end. Invariant: a leg enters escrow once and leaves it once, a bundle is
//! decided once, and all its legs leave as it was decided.

use super::Fault;
use chain_types::{
    TenantId,
    atomic::{BundleId, Decision, Leg},
    native::Amount,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub(super) struct Escrow {
    held: BTreeMap<(BundleId, u8), Leg>,
    locked: BTreeSet<(BundleId, u8)>,
    decided: BTreeMap<BundleId, Decision>,
    settled: BTreeMap<BundleId, Decision>,
}

impl Escrow {
    pub(super) fn lock(&mut self, place: (BundleId, u8), leg: Leg) -> Result<(), Fault> {
        if !self.locked.insert(place) {
            return Err(Fault::Leg);
        }
        self.held.insert(place, leg);
        Ok(())
    }

    /// Who receives the escrow of a leg, and how much.
    pub(super) fn settle(&mut self, place: (BundleId, u8), decision: Decision) -> Result<(TenantId, Amount), Fault> {
        let leg = self.held.remove(&place).ok_or(Fault::Leg)?;
        if *self.settled.entry(place.0).or_insert(decision) != decision {
            return Err(Fault::Decision);
        }
        let receiver = match decision {
            Decision::Commit => leg.to,
            Decision::Abort => leg.from,
        };
        Ok((receiver, leg.amount))
    }

    pub(super) fn decide(&mut self, bundle: BundleId, decision: Decision) -> Result<(), Fault> {
        if self.decided.insert(bundle, decision).is_some() { Err(Fault::Decision) } else { Ok(()) }
    }

    pub(super) fn sum(&self) -> Result<u128, Fault> {
        for (bundle, settled) in &self.settled {
            match self.decided.get(bundle) {
                None => return Err(Fault::Cut),
                Some(decided) if decided != settled => return Err(Fault::Decision),
                Some(_) => {}
            }
        }
        Ok(self.held.values().fold(0, |sum, leg| sum.saturating_add(u128::from(leg.amount.0))))
    }
}
