//! Bundles [P21]: transfers on several shards that all happen or none does. Invariants: a bundle's id commits to its
//! opening, so a proof about one attempt says nothing about another; a bundle is decided once.

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
    /// Where.
    pub shard: ShardId,
    /// Who pays.
    pub from: TenantId,
    /// Who receives.
    pub to: TenantId,
    /// How much; not zero.
    pub amount: Amount,
}

/// What its opener wants to happen as one.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Bundle {
    /// The transfers, [`limit::LEGS_PER_BUNDLE_MIN`] to [`limit::LEGS_PER_BUNDLE_MAX`], strictly ascending by shard.
    pub legs: Vec<Leg>,
    /// The block time, on each leg's own shard, from which on the leg may not be locked.
    pub deadline: TimestampMs,
    /// Which attempt at the same end this is, as the opener counts.
    pub attempt: u32,
    /// Distinguishes equal bundles.
    pub salt: [u8; 16],
}

impl Bundle {
    /// The coordinator: the shard of the first leg, which is the lowest.
    pub fn coordinator(&self) -> Option<ShardId> {
        self.legs.first().map(|leg| leg.shard)
    }

    /// Whether the number of legs, their order and their amounts are as a bundle's must be.
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

/// A bundle with the place and the transaction that opened it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Opening {
    /// The chain.
    pub chain_id: ChainId,
    /// The epoch of the opening.
    pub epoch: Epoch,
    /// The transaction that opened it.
    pub tx_id: TxId,
    /// The shard that decides.
    pub coordinator: ShardId,
    /// The bundle.
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

    /// What the lock of a leg is bound to; `None` when there is no such leg.
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

/// How a bundle ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Decision {
    /// Every leg pays its creditor.
    Commit,
    /// Every prepared leg goes back to its debtor.
    Abort,
}

/// Where a bundle stands on its coordinator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum BundlePhase {
    /// Not decided.
    Open {
        /// Bit `n` is set when leg `n` was reported prepared.
        prepared: u8,
    },
    /// Decided, for ever.
    Decided(Decision),
}

/// A bundle in the coordinator's state. It stays there: a participant that slept for a year settles by it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BundleRecord {
    /// What was opened.
    pub opening: Opening,
    /// Where it stands.
    pub phase: BundlePhase,
}

/// Where a leg stands on its shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum LockPhase {
    /// The amount is in escrow and waits for the decision.
    Prepared,
    /// Nothing is in escrow and nothing will be.
    Refused,
    /// The escrow went where the decision sends it.
    Settled(Decision),
}

/// A leg in its shard's state.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Lock {
    /// What it is bound to; the destination is the coordinator.
    pub binding: Binding,
    /// The leg.
    pub leg: Leg,
    /// Where it stands.
    pub phase: LockPhase,
}
