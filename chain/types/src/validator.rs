//! Validator sets and their quorum. Invariant: a quorum is more than two thirds of the weight [P10, consensus],
//! computed in integers.

use crate::{
    digest::{Digest, Tag, hash},
    id::Epoch,
    signature::PublicKey,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A party whose votes count with its weight.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// The key that signs its votes.
    pub key: PublicKey,
    pub weight: u64,
}

/// The validators of one epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet {
    pub epoch: Epoch,
    /// The validators. Certificates refer to them by index.
    pub validators: Vec<Validator>,
}

impl ValidatorSet {
    /// The digest of the set, as in block headers.
    pub fn digest(&self) -> Digest {
        hash(Tag::VALIDATORS, &[&crate::codec::encode(self)])
    }

    /// The sum of all weights.
    pub fn weight(&self) -> u128 {
        self.validators.iter().fold(0, |sum, validator| sum.saturating_add(u128::from(validator.weight)))
    }

    /// Whether a weight `w` is a quorum of the total `W`: `3 w > 2 W`.
    pub fn is_quorum(&self, weight: u128) -> bool {
        weight.saturating_mul(3) > self.weight().saturating_mul(2)
    }
}
