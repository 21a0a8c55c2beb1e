//! Validator sets. Invariant: a quorum is more than two thirds of the weight [P10], in integers.

use crate::{
    digest::{Digest, Tag, hash},
    id::Epoch,
    signature::PublicKey,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// One validator.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// The key it votes with.
    pub key: PublicKey,
    /// Its voting weight.
    pub weight: u64,
}

/// The validators of one epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet {
    /// The epoch.
    pub epoch: Epoch,
    /// Its validators; certificates name them by index.
    pub validators: Vec<Validator>,
}

impl ValidatorSet {
    /// The digest that block headers carry.
    pub fn digest(&self) -> Digest {
        hash(Tag::VALIDATORS, &[&crate::codec::encode(self)])
    }

    /// The sum of all weights.
    pub fn weight(&self) -> u128 {
        self.validators.iter().fold(0, |sum, validator| sum.saturating_add(u128::from(validator.weight)))
    }

    /// Whether a weight is a quorum: `3 w > 2 W`.
    pub fn is_quorum(&self, weight: u128) -> bool {
        weight.saturating_mul(3) > self.weight().saturating_mul(2)
    }
}
