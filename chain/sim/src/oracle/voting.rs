//! An oracle: all votes of honest keys over all lives [P11, record before signature]. Invariants checked: a key signs
//! one digest per step of a view. No key both nullifies and finalises a view.

use chain_types::{Digest, Vote, certificate::Step};
use std::collections::BTreeMap;

type Place = (u16, u16, u64, u64, u64);

pub(super) struct Voting {
    liars: Vec<u16>,
    signed: BTreeMap<(Place, Step), Digest>,
}

impl Voting {
    pub(super) const fn new(liars: Vec<u16>) -> Self {
        Self { liars, signed: BTreeMap::new() }
    }

    /// Checks a vote. `signer` is the machine, because seats change with epochs.
    pub(super) fn signed(&mut self, signer: u16, vote: &Vote) -> Result<(), String> {
        if self.liars.contains(&signer) {
            return Ok(());
        }
        let place = (signer, vote.shard.0, vote.epoch.0, vote.height.0, vote.view.0);
        let first = *self.signed.entry((place, vote.step)).or_insert(vote.block);
        if first != vote.block {
            return Err(format!("voting: validator {signer} signed two digests: {:?} {place:?}", vote.step));
        }
        let opposite = match vote.step {
            Step::Finalise => Step::Nullify,
            Step::Nullify => Step::Finalise,
            Step::Notarise | Step::Propose => return Ok(()),
        };
        if self.signed.contains_key(&(place, opposite)) {
            return Err(format!("voting: validator {signer} nullified and finalised one view: {place:?}"));
        }
        Ok(())
    }
}
