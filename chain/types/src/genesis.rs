//! The genesis document: the definition of a chain before its first block. Invariant: the document's digest is the
//! chain's id. A reader that trusts the id can therefore check the whole document.

use crate::{
    beacon::{GenesisValidator, HandOver, Parameters},
    digest::{Digest, Tag, hash},
    id::{ChainId, Height, ShardId, TimestampMs},
    limit,
    native::{Amount, SUPPLY},
    parameter::ChainParameters,
    signature::PublicKey,
    validator::ValidatorSet,
    version::{ProtocolVersion, UnknownVersion, Versions},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The number of times that the largest block must be executable within the first view, so that members vote in time.
/// The leader executes the block, then the others do, and the same time again is left for everything else.
pub const BLOCKS_PER_VIEW: u64 = 4;

/// The definition of a chain at its start.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    /// The rules that the chain begins with.
    pub version: ProtocolVersion,
    /// A name for people.
    pub name: String,
    /// The time at which it was made. No block is earlier.
    pub timestamp_ms: TimestampMs,
    /// Random bytes, so that two chains of the same name have different ids.
    pub salt: [u8; 16],
    /// The number of shards, 1 to [`limit::SHARDS_MAX`].
    pub shards: u16,
    /// The key that registers tenants.
    pub operator: PublicKey,
    pub parameters: ChainParameters,
    /// The validators of epoch 0.
    pub validators: ValidatorSet,
    /// The rules by which the validators change. A chain without a beacon keeps those of epoch 0.
    pub beacon: Option<GenesisBeacon>,
}

/// The start of a chain's beacon (the record of validators, bonds and epochs) [P14, bonds].
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GenesisBeacon {
    pub parameters: Parameters,
    /// The validators of epoch 0, in the order of [`Genesis::validators`], whose weights are their capped bonds.
    pub validators: Vec<GenesisValidator>,
}

/// Reasons why a genesis document is not a valid start of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisError {
    /// The build does not know the document's version.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// No shards, or too many.
    #[error("a chain has 1 to {} shards", limit::SHARDS_MAX)]
    Shards,
    /// No validators, too many, or one without weight.
    #[error("a chain has 1 to {} validators, each with a weight", limit::VALIDATORS_MAX)]
    Validators,
    /// The beacon has another number of shards or other validators than the document.
    #[error("the beacon is for the document's shards and validators")]
    Beacon,
    /// The validators' bonds exceed the supply.
    #[error("the validators' bonds are at most the supply")]
    Bonds,
    /// The largest block may take more than a quarter of the first view to execute, or the limit is zero.
    #[error("the most work of a block, in microseconds, is above zero and at most a quarter of the first view")]
    Work,
    /// A key of small order, or the same key twice.
    #[error("keys are distinct and not of small order")]
    Keys,
}

impl Genesis {
    /// The chain's id [P2, canonical encoding].
    pub fn chain_id(&self) -> ChainId {
        ChainId(hash(Tag::GENESIS, &[&crate::codec::encode(self)]))
    }

    /// Checks that the document is a valid start of a chain.
    ///
    /// # Errors
    /// [`GenesisError`], naming the fault.
    pub fn check(&self) -> Result<(), GenesisError> {
        Versions::KNOWN.rules(self.version)?;
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
        if !self.beacon.as_ref().is_none_or(is_of_document) {
            return Err(GenesisError::Beacon);
        }
        let ChainParameters { timing, work, .. } = &self.parameters;
        let blocks_us = u128::from(work.block_work_max).saturating_mul(u128::from(BLOCKS_PER_VIEW));
        if work.block_work_max == 0 || blocks_us > u128::from(timing.view_ms).saturating_mul(1_000) {
            return Err(GenesisError::Work);
        }
        if self.bonded().is_none() { Err(GenesisError::Bonds) } else { Ok(()) }
    }

    /// The sum of the bonds of epoch 0; the rest of the supply belongs to the treasury. `None` when it exceeds the
    /// supply, which [`Self::check`] refuses.
    pub fn bonded(&self) -> Option<Amount> {
        let mut bonds =
            self.beacon.iter().flat_map(|beacon| &beacon.validators).map(|validator| Amount(validator.bond));
        bonds.try_fold(Amount::ZERO, Amount::checked_add).filter(|sum| *sum <= SUPPLY)
    }

    /// The hand-over to epoch 0: all validators sign every shard and lead in turn.
    pub fn hand_over(&self) -> HandOver {
        HandOver::first(self.version, self.validators.clone())
    }

    /// The digest that a shard's first block names as its parent.
    pub fn first_parent(&self, shard: ShardId) -> Digest {
        hash(Tag::GENESIS, &[&self.chain_id().0.0, &shard.0.to_le_bytes(), &Height(0).0.to_le_bytes()])
    }
}
