//! What convicts [P12, P16]. Invariant: evidence is checked against the committee of its own epoch and nothing else, and
//! nothing that an honest validator signs passes: it never signs two votes that contradict each other, never leaves a
//! promised transaction out of its own block, and its deals verify.

mod broken_receipt;

pub use broken_receipt::{SEEN_IDS_MAX, SEEN_SLOT_MS, breaks_word};

use crate::{committee::Committee, mutant, randomness::verify_deal};
use chain_types::{
    ChainId, Epoch,
    beacon::{Evidence, SignedDeal},
    validator::ValidatorSet,
};

/// For how many epochs after its own an offence can be reported: as long as the bond stays [P19].
pub const EVIDENCE_EPOCHS_MAX: u64 = 1;

/// The epoch that evidence is about.
pub const fn epoch_of(evidence: &Evidence) -> Epoch {
    match evidence {
        Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
        Evidence::BrokenReceipt(broken) => broken.promise.signed.receipt.epoch,
        Evidence::BadDeal(signed) => signed.deal.epoch,
    }
}

/// The index in `committee` of the validator that the evidence convicts; `None` when it convicts nobody.
/// `signers_of` gives the validator set that certifies a shard in the committee's epoch.
pub fn convict(
    chain_id: ChainId,
    committee: &Committee,
    signers_of: impl Fn(chain_types::ShardId) -> ValidatorSet,
    evidence: &Evidence,
) -> Option<u16> {
    match evidence {
        Evidence::Equivocation(equivocation) => {
            let vote = &equivocation.first.vote;
            let set = signers_of(vote.shard);
            let is_proved = vote.chain_id == chain_id && equivocation.check(&set);
            let key = set.validators.get(usize::from(equivocation.first.signer))?.key;
            let seat = committee.members.iter().position(|member| member.key == key)?;
            if is_proved { u16::try_from(seat).ok() } else { None }
        }
        Evidence::BrokenReceipt(broken) => {
            let set = signers_of(broken.promise.signed.receipt.shard);
            let key = breaks_word(chain_id, &set, broken)?;
            let seat = committee.members.iter().position(|member| member.key == key)?;
            u16::try_from(seat).ok()
        }
        Evidence::BadDeal(signed) => convict_dealer(chain_id, committee, signed),
    }
}

fn convict_dealer(chain_id: ChainId, committee: &Committee, signed: &SignedDeal) -> Option<u16> {
    let deal = &signed.deal;
    let member = committee.member(deal.dealer)?;
    let is_ours = deal.chain_id == chain_id && deal.epoch == committee.epoch && signed.is_signed_by(member.key);
    let ceremony = committee.ceremony(chain_id)?;
    let is_bad = !verify_deal(&ceremony, deal) || mutant::is(mutant::CONVICT_HONEST);
    if is_ours && is_bad { Some(deal.dealer) } else { None }
}
