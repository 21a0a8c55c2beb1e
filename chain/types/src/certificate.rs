//! Votes of validators and quorum certificates over them [P12, certificates and equivocations]. Invariant: a
//! certificate lists each signer with its own signature. A certificate is valid only when its valid signatures are
//! those of a quorum.

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

/// The step of consensus that a vote is for [P10, consensus].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// The block is final.
    Finalise,
    /// The block is valid. The validator notarises no other block in this view.
    Notarise,
    /// The view ends without a final block. The vote's block digest is zero.
    Nullify,
    /// The view's leader proposes the block.
    Propose,
}

/// A statement that a validator signs.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    pub chain_id: ChainId,
    pub shard: ShardId,
    pub epoch: Epoch,
    /// The height of the block.
    pub height: Height,
    pub view: View,
    pub step: Step,
    /// The digest of the block's header. Zero for [`Step::Nullify`].
    pub block: Digest,
}

impl Vote {
    /// The digest that is signed, in [`Namespace::VOTE`].
    pub fn digest(&self) -> Digest {
        hash(Tag::VOTE, &[&crate::codec::encode(self)])
    }
}

/// A vote with its signer and signature.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedVote {
    pub vote: Vote,
    /// The signer's index in the validator set.
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

/// Two contradicting votes of one validator; an honest one never signs both [P12, equivocations]. Anyone can check them
/// with the validator set of the epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Equivocation {
    /// The vote that was seen first.
    pub first: SignedVote,
    /// The vote that contradicts the first.
    pub second: SignedVote,
}

impl Equivocation {
    /// Whether two votes contradict each other: the same step of the same view for two blocks, or nullify and finalise
    /// of the same view [P11, votes are recorded first].
    pub fn contradicts(first: &Vote, second: &Vote) -> bool {
        let slot = |vote: &Vote| (vote.chain_id, vote.shard, vote.epoch, vote.height, vote.view);
        if slot(first) != slot(second) {
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

/// The signatures of a quorum on one vote.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// The signed vote.
    pub vote: Vote,
    /// The signers' indices in the validator set, strictly ascending, with their signatures.
    pub signatures: Vec<(u16, Signature)>,
}

/// Reasons why a certificate is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CertificateError {
    /// Indices are not strictly ascending, out of range, or too many.
    #[error("signers are strictly ascending indices into the validator set")]
    Signers,
    /// The weight of the valid signatures is not more than two thirds.
    #[error("the validators whose signatures are valid are not a quorum")]
    Quorum,
}

/// The number of verified certificates that a thread caches.
pub const CERTIFICATES_REMEMBERED_MAX: usize = 1_024;

thread_local! {
    /// The valid signers of certificates that this thread verified, by certificate and validator set.
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

    /// As [`Self::signers`], with a cache of certificates that this thread verified recently. For members of the
    /// network, which receive the same certificate in messages, in commands and in each execution of a block.
    ///
    /// # Errors
    /// As [`Self::signers`].
    pub fn signers_once(&self, validators: &ValidatorSet) -> Result<Vec<u16>, CertificateError> {
        // A result under a mutant must not be cached.
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

    /// Returns the validators whose signatures are valid, ascending. An invalid signature is ignored and does not
    /// affect the others, so that one validator cannot invalidate the certificate of a quorum.
    ///
    /// # Errors
    /// [`CertificateError`], naming the first fault.
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
        // A certificate with too little weight is refused before any signature is checked.
        if !is_quorum(&valid) {
            return Err(CertificateError::Quorum);
        }
        let digest = self.vote.digest();
        let claims = listed.iter().zip(&self.signatures);
        let claims = claims.map(|(one, (_, signature))| Claim { key: one.key, digest, signature: *signature });
        // A deliberately broken variant; the simulator must detect it.
        if !mutant::is(mutant::COUNT_FORGED) {
            valid = verify_each_fixed(Namespace::VOTE, &claims.collect::<Vec<_>>());
        }
        if !is_quorum(&valid) {
            return Err(CertificateError::Quorum);
        }
        let signers = self.signatures.iter().zip(valid).filter(|(_, valid)| *valid).map(|((index, _), _)| *index);
        Ok(signers.collect())
    }

    /// Removes the invalid signatures. Members do this with the certificate of every block and view that they receive.
    /// A certificate that they store and serve therefore lists only validators that signed.
    ///
    /// # Errors
    /// As [`Self::signers`]. The certificate is then unchanged.
    pub fn keep_valid(&mut self, validators: &ValidatorSet) -> Result<(), CertificateError> {
        let signers = self.signers_once(validators)?;
        self.signatures.retain(|(index, _)| signers.binary_search(index).is_ok());
        Ok(())
    }
}
