//! Evidence of misbehaviour that a shard's replica reported, until it has led to a conviction or cannot any more.
//! Invariant: at most [`ACCUSATIONS_MAX`] pieces are kept, one for each offence of a validator in an epoch, because the
//! ledger punishes each once. When there are more, the oldest are dropped.

use chain_types::{
    Digest, Epoch,
    beacon::{Evidence, Offence},
    codec,
    digest::{Tag, hash},
};
use std::collections::{BTreeSet, VecDeque};

/// Accusations that are kept, at most.
pub(crate) const ACCUSATIONS_MAX: usize = 64;

/// The accusations of one shard, oldest first.
#[derive(Default)]
pub(crate) struct Accusations(VecDeque<Evidence>);

impl Accusations {
    /// Keeps evidence, unless there is evidence of the same offence already.
    pub(crate) fn add(&mut self, evidence: Evidence) {
        let offence = offence(&evidence);
        let is_known = |kept: &Evidence| *kept == evidence || (offence.is_some() && self::offence(kept) == offence);
        if self.0.iter().any(is_known) {
            return;
        }
        if self.0.len() >= ACCUSATIONS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(evidence);
    }

    /// Drops the evidence with these digests.
    pub(crate) fn drop_settled(&mut self, settled: &BTreeSet<Digest>) {
        self.0.retain(|evidence| !settled.contains(&digest(evidence)));
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> Vec<Evidence> {
        self.0.iter().cloned().collect()
    }
}

/// Names a piece of evidence.
pub(crate) fn digest(evidence: &Evidence) -> Digest {
    hash(Tag::VOTE, &[b"evidence", &codec::encode(evidence)])
}

/// The epoch in which the offence was committed.
pub(crate) const fn epoch(evidence: &Evidence) -> Epoch {
    match evidence {
        Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
        Evidence::BrokenPromise(broken) => broken.promise.signed.promise.epoch,
        Evidence::BadDeal(signed) => signed.deal.epoch,
        Evidence::ForeignVote(foreign) => foreign.vote.epoch,
    }
}

/// The offence, its epoch and the validator's index in the shard's committee. `None` where another number names the
/// validator.
fn offence(evidence: &Evidence) -> Option<(Offence, Epoch, u16)> {
    let accused = match evidence {
        Evidence::Equivocation(equivocation) => equivocation.first.signer,
        Evidence::BrokenPromise(broken) => broken.promise.signed.promise.leader,
        Evidence::BadDeal(_) | Evidence::ForeignVote(_) => return None,
    };
    Some((evidence.offence(), epoch(evidence), accused))
}

#[cfg(test)]
pub(crate) mod tests;
