//! Votes and certificates [P12]. Invariant: a certificate lists who signed what, so each signature is attributable, and
//! it is valid exactly when its valid signatures are those of a quorum of the set.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, Height, ShardId, View},
    limit,
    memo::Memo,
    mutant,
    signature::{Claim, Namespace, Signature, verify, verify_each_fixed},
    validator::ValidatorSet,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::cell::RefCell;

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
    /// The weight of the valid signatures is not more than two thirds.
    #[error("the validators whose signatures are valid are not a quorum")]
    Quorum,
}

/// Verified certificates that a thread remembers.
pub const CERTIFICATES_REMEMBERED_MAX: usize = 1_024;

thread_local! {
    /// The signers of certificates that were verified on this thread, by certificate and validator set.
    static VERIFIED: RefCell<Memo<Vec<u16>>> = RefCell::new(Memo::new(CERTIFICATES_REMEMBERED_MAX));
}

impl Certificate {
    /// Checks that a quorum of the set signed the vote.
    ///
    /// # Errors
    /// As [`Self::signers`].
    pub fn check(&self, validators: &ValidatorSet) -> Result<(), CertificateError> {
        self.signers(validators).map(drop)
    }

    /// As [`Self::signers`], without checking signatures again that this thread found to be a quorum's a short while
    /// ago. For members, which meet one certificate in messages, in commands and in each execution of a block.
    ///
    /// # Errors
    /// As [`Self::signers`].
    pub fn signers_once(&self, validators: &ValidatorSet) -> Result<Vec<u16>, CertificateError> {
        // What a mutant let pass must not be remembered.
        if cfg!(waymark_mutants) {
            return self.signers(validators);
        }
        let question = hash(Tag::MEMO, &[&validators.digest().0, &crate::codec::encode(self)]);
        if let Some(signers) = VERIFIED.with_borrow(|known| known.get(&question)) {
            return Ok(signers);
        }
        let signers = self.signers(validators)?;
        VERIFIED.with_borrow_mut(|known| known.insert(question, signers.clone()));
        Ok(signers)
    }

    /// The validators whose signatures are valid, ascending. A signature that is not valid counts for nothing and takes
    /// nothing from the others: one validator must not be able to spoil what a quorum signed.
    ///
    /// # Errors
    /// [`CertificateError`] names the first fault.
    pub fn signers(&self, validators: &ValidatorSet) -> Result<Vec<u16>, CertificateError> {
        let ascending = self.signatures.is_sorted_by(|(left, _), (right, _)| left < right);
        if !ascending || self.signatures.len() > limit::VALIDATORS_MAX {
            return Err(CertificateError::Signers);
        }
        let listed = self.signatures.iter().map(|(index, _)| validators.validators.get(usize::from(*index)));
        let listed = listed.collect::<Option<Vec<_>>>().ok_or(CertificateError::Signers)?;
        let is_quorum = |valid: &[bool]| {
            let weights = listed.iter().zip(valid).filter(|(_, valid)| **valid).map(|(one, _)| u128::from(one.weight));
            validators.is_quorum(weights.fold(0, u128::saturating_add))
        };
        let mut valid = vec![true; listed.len()];
        // Too few are refused before any signature is checked.
        if !is_quorum(&valid) {
            return Err(CertificateError::Quorum);
        }
        let digest = self.vote.digest();
        let claims = listed.iter().zip(&self.signatures);
        let claims = claims.map(|(one, (_, signature))| Claim { key: one.key, digest, signature: *signature });
        if !mutant::is(mutant::COUNT_FORGED) {
            valid = verify_each_fixed(Namespace::VOTE, &claims.collect::<Vec<_>>());
        }
        if !is_quorum(&valid) {
            return Err(CertificateError::Quorum);
        }
        let signers = self.signatures.iter().zip(valid).filter(|(_, valid)| *valid).map(|((index, _), _)| *index);
        Ok(signers.collect())
    }

    /// Drops the signatures that are not valid. A member does so with the certificate of every block and view that it
    /// takes from another, so that what it stores and serves as a block's certificate lists only validators that
    /// signed.
    ///
    /// # Errors
    /// As [`Self::signers`]; the certificate is then unchanged.
    pub fn keep_valid(&mut self, validators: &ValidatorSet) -> Result<(), CertificateError> {
        let signers = self.signers_once(validators)?;
        self.signatures.retain(|(index, _)| signers.binary_search(index).is_ok());
        Ok(())
    }
}
