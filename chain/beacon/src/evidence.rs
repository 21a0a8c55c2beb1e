//! Checks evidence against validators [P12, equivocations; P16, convictions]. Invariant: evidence is checked only
//! against the committee and the assignment of its own epoch. An honest validator signs nothing that convicts it.

mod broken_promise;

pub use broken_promise::breaks_word;

use crate::{committee::Committee, mutant, randomness::verify_deal};
use chain_types::{
    ChainId, Epoch, PublicKey, ShardId,
    beacon::{Evidence, ForeignVote, SignedDeal},
    validator::ValidatorSet,
};

/// The number of epochs after its own in which an offence can at least be reported. The minimum time
/// ([`chain_types::beacon::Parameters::evidence_ms_min`]) applies in addition. The bond stays as long [P19, epochs].
pub const EVIDENCE_EPOCHS_MAX: u64 = 1;

/// The epoch that evidence is about.
pub const fn epoch_of(evidence: &Evidence) -> Epoch {
    match evidence {
        Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
        Evidence::BrokenPromise(broken) => broken.promise.signed.promise.epoch,
        Evidence::BadDeal(signed) => signed.deal.epoch,
        Evidence::ForeignVote(foreign) => foreign.vote.epoch,
    }
}

/// The key of the validator that evidence is about, whether or not it convicts. This verifies no signature.
pub fn accused(
    committee: &Committee,
    signers_of: impl Fn(ShardId) -> ValidatorSet,
    evidence: &Evidence,
) -> Option<PublicKey> {
    let (shard, index) = match evidence {
        Evidence::Equivocation(equivocation) => (equivocation.first.vote.shard, equivocation.first.signer),
        Evidence::BrokenPromise(broken) => (broken.promise.signed.promise.shard, broken.promise.signed.promise.leader),
        Evidence::BadDeal(signed) => return committee.member(signed.deal.dealer).map(|member| member.key),
        Evidence::ForeignVote(foreign) => return Some(foreign.key),
    };
    signers_of(shard).validators.get(usize::from(index)).map(|signer| signer.key)
}

/// The key of the validator that evidence convicts; `None` when it convicts nobody. `signers_of` returns the validator
/// set that certifies a shard in the committee's epoch.
pub fn convict(
    chain_id: ChainId,
    committee: &Committee,
    signers_of: impl Fn(ShardId) -> ValidatorSet,
    evidence: &Evidence,
) -> Option<PublicKey> {
    match evidence {
        Evidence::Equivocation(equivocation) => {
            let vote = &equivocation.first.vote;
            let set = signers_of(vote.shard);
            let is_proved = vote.chain_id == chain_id && equivocation.check(&set);
            let key = set.validators.get(usize::from(equivocation.first.signer))?.key;
            is_proved.then_some(key)
        }
        Evidence::BrokenPromise(broken) => {
            let set = signers_of(broken.promise.signed.promise.shard);
            breaks_word(chain_id, &set, broken)
        }
        Evidence::BadDeal(signed) => convict_dealer(chain_id, committee, signed),
        Evidence::ForeignVote(foreign) => {
            let ForeignVote { vote, key, .. } = &**foreign;
            let sits = signers_of(vote.shard).validators.iter().any(|one| one.key == *key);
            // A deliberately broken variant; the simulator must detect it.
            let is_foreign = vote.chain_id == chain_id && !sits && !mutant::is(mutant::EXCUSE_FOREIGN_VOTES);
            (is_foreign && foreign.is_signed()).then_some(*key)
        }
    }
}

/// The key of a dealer whose signed deal is invalid.
fn convict_dealer(chain_id: ChainId, committee: &Committee, signed: &SignedDeal) -> Option<PublicKey> {
    let deal = &signed.deal;
    let member = committee.member(deal.dealer)?;
    if deal.chain_id != chain_id || deal.epoch != committee.epoch || !signed.is_signed_by(member.key) {
        return None;
    }
    let ceremony = committee.ceremony(chain_id)?;
    let is_bad = !verify_deal(&ceremony, deal) || mutant::is(mutant::CONVICT_HONEST);
    is_bad.then_some(member.key)
}
