//! Votes and certificates [P12]. Invariant: a certificate lists who signed what, so each signature is attributable,
//! and it is valid only with a quorum of distinct validators of the header's set.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height, ShardId, View},
    limit,
    signature::{Claim, Namespace, Signature, verify},
    validator::ValidatorSet,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The step of consensus that a vote is for [P10].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// The block is final.
    Finalise,
    /// The block is valid, and no other is notarised by this validator in this view.
    Notarise,
    /// The view passes without a final block; the vote's block is zero.
    Nullify,
    /// The view's leader proposes the block.
    Propose,
}

/// What a validator signs.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// The epoch.
    pub epoch: Epoch,
    /// The height of the block.
    pub height: Height,
    /// The view.
    pub view: View,
    /// The step.
    pub step: Step,
    /// The digest of the block's header.
    pub block: Digest,
}

impl Vote {
    /// The digest that is signed, in [`Namespace::VOTE`].
    pub fn digest(&self) -> Digest {
        hash(Tag::VOTE, &[&crate::codec::encode(self)])
    }
}

/// A vote with who signed it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedVote {
    /// What was signed.
    pub vote: Vote,
    /// Who signed: an index into the validator set.
    pub signer: u16,
    /// The signature of [`Vote::digest`].
    pub signature: Signature,
}

impl SignedVote {
    /// Whether the signer is in the set and signed the vote.
    pub fn check(&self, validators: &ValidatorSet) -> bool {
        let Some(validator) = validators.validators.get(usize::from(self.signer)) else { return false };
        verify(Namespace::VOTE, &Claim { key: validator.key, digest: self.vote.digest(), signature: self.signature })
    }
}

/// Two votes of one validator that no honest validator signs both [P12]. Self-contained: with the validator set of the
/// epoch, anyone can check it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Equivocation {
    /// The vote that was seen first.
    pub first: SignedVote,
    /// The vote that contradicts it.
    pub second: SignedVote,
}

impl Equivocation {
    /// Whether two votes contradict each other: one step of one view for two blocks, or a view both nullified and
    /// finalised [P11].
    pub fn contradicts(first: &Vote, second: &Vote) -> bool {
        let place = |vote: &Vote| (vote.chain_id, vote.shard, vote.epoch, vote.height, vote.view);
        if place(first) != place(second) {
            return false;
        }
        match (first.step, second.step) {
            (Step::Nullify, Step::Finalise) | (Step::Finalise, Step::Nullify) => true,
            (left, right) => left == right && first.block != second.block,
        }
    }

    /// Whether it convicts its signer under the validator set of its epoch.
    pub fn check(&self, validators: &ValidatorSet) -> bool {
        self.first.signer == self.second.signer
            && Self::contradicts(&self.first.vote, &self.second.vote)
            && self.first.vote.epoch == validators.epoch
            && self.first.check(validators)
            && self.second.check(validators)
    }
}

/// A quorum's signatures under one vote.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// What was signed.
    pub vote: Vote,
    /// Who signed: indices into the validator set, strictly ascending, with their signatures.
    pub signatures: Vec<(u16, Signature)>,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CertificateError {
    /// Indices are not strictly ascending, out of range, or too many.
    #[error("signers are strictly ascending indices into the validator set")]
    Signers,
    /// A signature is not valid.
    #[error("the signature of validator {0} is not valid")]
    Signature(u16),
    /// The signers' weight is not more than two thirds.
    #[error("the signers are not a quorum")]
    Quorum,
}

impl Certificate {
    /// Checks the signatures and the quorum against a validator set.
    ///
    /// # Errors
    /// [`CertificateError`] names the first fault.
    pub fn check(&self, validators: &ValidatorSet) -> Result<(), CertificateError> {
        let ascending = self.signatures.is_sorted_by(|(left, _), (right, _)| left < right);
        if !ascending || self.signatures.len() > limit::VALIDATORS_MAX {
            return Err(CertificateError::Signers);
        }
        let digest = self.vote.digest();
        let mut weight = 0_u128;
        for (index, signature) in &self.signatures {
            let validator = validators.validators.get(usize::from(*index)).ok_or(CertificateError::Signers)?;
            if !verify(Namespace::VOTE, &Claim { key: validator.key, digest, signature: *signature }) {
                return Err(CertificateError::Signature(*index));
            }
            weight = weight.saturating_add(u128::from(validator.weight));
        }
        if validators.is_quorum(weight) { Ok(()) } else { Err(CertificateError::Quorum) }
    }
}
