//! The genesis document: what a chain is before its first block. Invariant: its digest is the chain's id, so trusting
//! the id is trusting all of it.

use crate::{
    beacon::{GenesisValidator, HandOver, Parameters},
    digest::{Digest, Tag, hash},
    id::{ChainId, Height, ShardId, TimestampMs},
    limit,
    native::Amount,
    signature::PublicKey,
    validator::ValidatorSet,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A chain's beginning.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    /// A name for people.
    pub name: String,
    /// When it was made; no block is earlier.
    pub timestamp_ms: TimestampMs,
    /// Random bytes, so that two chains with one name differ.
    pub salt: [u8; 16],
    /// The number of shards, 1 to [`limit::SHARDS_MAX`].
    pub shards: u16,
    /// The key that registers tenants.
    pub operator: PublicKey,
    /// The validators of epoch 0.
    pub validators: ValidatorSet,
    /// How they change; a chain without a beacon keeps those of epoch 0.
    pub beacon: Option<GenesisBeacon>,
}

/// The beginning of a chain's beacon [P14].
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GenesisBeacon {
    /// Its parameters.
    pub parameters: Parameters,
    /// The validators of epoch 0, in the order of [`Genesis::validators`], whose weights are their capped bonds.
    pub validators: Vec<GenesisValidator>,
}

/// A genesis document that no chain may start from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisError {
    /// No shards, or too many.
    #[error("a chain has 1 to {} shards", limit::SHARDS_MAX)]
    Shards,
    /// No validators, too many, or one without weight.
    #[error("a chain has 1 to {} validators, each with a weight", limit::VALIDATORS_MAX)]
    Validators,
    /// The beacon is for another number of shards or other validators.
    #[error("the beacon is for the document's shards and validators")]
    Beacon,
    /// A key of small order, or one key twice.
    #[error("keys are distinct and not of small order")]
    Keys,
}

impl Genesis {
    /// The chain's id [P2].
    pub fn chain_id(&self) -> ChainId {
        ChainId(hash(Tag::GENESIS, &[&crate::codec::encode(self)]))
    }

    /// Checks that a chain may start from it.
    ///
    /// # Errors
    /// [`GenesisError`] names the fault.
    pub fn check(&self) -> Result<(), GenesisError> {
        if self.shards == 0 || self.shards > limit::SHARDS_MAX {
            return Err(GenesisError::Shards);
        }
        let validators = &self.validators.validators;
        let count = validators.len();
        if count == 0 || count > limit::VALIDATORS_MAX || validators.iter().any(|validator| validator.weight == 0) {
            return Err(GenesisError::Validators);
        }
        let mut keys: Vec<_> = validators.iter().map(|validator| validator.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let weak = keys.iter().any(PublicKey::is_small_order) || self.operator.is_small_order();
        if keys.len() != count || weak {
            return Err(GenesisError::Keys);
        }
        let is_of_document = |beacon: &GenesisBeacon| {
            beacon.parameters.shards == self.shards
                && beacon.validators.iter().map(|one| one.key).eq(validators.iter().map(|one| one.key))
        };
        if self.beacon.as_ref().is_none_or(is_of_document) { Ok(()) } else { Err(GenesisError::Beacon) }
    }

    /// What the validators of epoch 0 have bonded; the rest of the supply is the treasury's.
    pub fn bonded(&self) -> Amount {
        let bonds = self.beacon.iter().flat_map(|beacon| &beacon.validators);
        Amount(bonds.fold(0, |sum: u64, validator| sum.saturating_add(validator.bond)))
    }

    /// Who decides in epoch 0: all validators sign every shard, and lead in turn.
    pub fn hand_over(&self) -> HandOver {
        HandOver::first(self.validators.clone())
    }

    /// The digest that a shard's first block names as its parent.
    pub fn first_parent(&self, shard: ShardId) -> Digest {
        hash(Tag::GENESIS, &[&self.chain_id().0.0, &shard.0.to_le_bytes(), &Height(0).0.to_le_bytes()])
    }
}
