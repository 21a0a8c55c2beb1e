//! Bundles: atomic transactions of transfers (legs) on several shards, by two-phase commit [P21, bundles]. Invariant: a
//! bundle's id commits to its opening, so a proof about one attempt does not apply to another. A bundle is decided
//! once.

use super::Binding;
use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch, ShardId, TenantId, TimestampMs},
    limit,
    native::Amount,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// One transfer of a bundle, between two tenants of one shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Leg {
    pub shard: ShardId,
    /// The tenant that pays.
    pub from: TenantId,
    /// The tenant that receives.
    pub to: TenantId,
    /// Not zero.
    pub amount: Amount,
}

/// The transfers that the opener wants applied atomically.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Bundle {
    /// The transfers, [`limit::LEGS_PER_BUNDLE_MIN`] to [`limit::LEGS_PER_BUNDLE_MAX`], strictly ascending by shard.
    pub legs: Vec<Leg>,
    /// The block time on each leg's own shard from which on the leg may not be locked.
    pub deadline: TimestampMs,
    /// The number of this attempt, as the opener counts.
    pub attempt: u32,
    /// Makes otherwise equal bundles distinct.
    pub salt: [u8; 16],
}

impl Bundle {
    /// The coordinator: the shard of the first leg, which is the lowest.
    pub fn coordinator(&self) -> Option<ShardId> {
        self.legs.first().map(|leg| leg.shard)
    }

    /// Whether the number of legs, their order and their amounts are valid.
    pub fn is_well_formed(&self) -> bool {
        (limit::LEGS_PER_BUNDLE_MIN..=limit::LEGS_PER_BUNDLE_MAX).contains(&self.legs.len())
            && self.legs.is_sorted_by(|left, right| left.shard < right.shard)
            && self.legs.iter().all(|leg| leg.amount > Amount::ZERO)
    }
}

/// A bundle's id: the digest of its opening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct BundleId(pub Digest);

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A bundle with the context in which it was opened.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Opening {
    pub chain_id: ChainId,
    /// The epoch in which it was opened.
    pub epoch: Epoch,
    /// The transaction that opened it.
    pub tx_id: TxId,
    /// The shard that decides.
    pub coordinator: ShardId,
    pub bundle: Bundle,
}

impl Opening {
    /// The bundle's id.
    pub fn id(&self) -> BundleId {
        BundleId(hash(Tag::BUNDLE, &[&crate::codec::encode(self)]))
    }

    /// A leg by its index.
    pub fn leg(&self, leg: u8) -> Option<&Leg> {
        self.bundle.legs.get(usize::from(leg))
    }

    /// The binding of a leg's lock. `None` when there is no such leg.
    pub fn binding(&self, leg: u8) -> Option<Binding> {
        Some(Binding {
            chain_id: self.chain_id,
            epoch: self.epoch,
            tx_id: self.tx_id,
            attempt: self.bundle.attempt,
            source: self.leg(leg)?.shard,
            destination: self.coordinator,
            sequence: u64::from(leg),
            deadline: self.bundle.deadline,
        })
    }
}

/// The outcome of a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Decision {
    /// Every leg pays its receiver.
    Commit,
    /// Every prepared leg is refunded to its payer.
    Abort,
}

/// The state of a bundle on its coordinator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum BundlePhase {
    /// Undecided.
    Open {
        /// Bit `n` is set when leg `n` was reported prepared.
        prepared: u8,
    },
    /// Decided. This never changes.
    Decided(Decision),
}

/// A bundle in the coordinator's state. It is never removed, so that a shard can settle its leg at any later time.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BundleRecord {
    /// The opening of the bundle.
    pub opening: Opening,
    pub phase: BundlePhase,
}

/// The state of a leg on its shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum LockPhase {
    /// The amount is in escrow until the decision.
    Prepared,
    /// Nothing is in escrow, and nothing will be.
    Refused,
    /// The escrow was paid out as the decision requires.
    Settled(Decision),
}

/// A leg in its shard's state.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Lock {
    /// The binding of the lock. Its destination is the coordinator.
    pub binding: Binding,
    pub leg: Leg,
    pub phase: LockPhase,
}
