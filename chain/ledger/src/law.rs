//! What the law takes as given. Invariant: it follows from the genesis document and from the hand-overs that the chain
//! itself decided since.

use chain_atomic::{Place, Trust};
use chain_beacon::BeaconState;
use chain_types::{
    ChainId, Epoch, Genesis, PublicKey, ShardId, TenantId, beacon::HandOver, native, native::Amount,
    validator::ValidatorSet,
};
use std::sync::Arc;

/// The tenant in whose name the chain's operator acts, and its validators for the chain's own sake.
pub const OPERATOR_TENANT: TenantId = native::TREASURY;

/// The parameters of execution on one shard.
#[derive(Clone, Debug)]
pub struct Law {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// How many shards the chain has.
    pub shards: u16,
    /// The key that registers tenants.
    pub operator: PublicKey,
    /// What the first validators bonded.
    pub(crate) bonded: Amount,
    /// The beacon before its first transaction; `None` for a chain without one.
    pub(crate) beacon: Option<Arc<BeaconState>>,
    /// Whose certificates prove what other shards did.
    trust: Trust,
}

impl Law {
    /// The law of a shard of a chain, in the epoch of its genesis.
    ///
    /// # Panics
    /// When the document's beacon is not sound: [`crate::beacon::genesis`] tells.
    pub fn of(genesis: &Genesis, shard: ShardId) -> Self {
        let chain_id = genesis.chain_id();
        let beacon = crate::beacon::genesis(genesis).expect("whoever starts a chain has checked its document");
        Self {
            chain_id,
            shard,
            shards: genesis.shards,
            operator: genesis.operator,
            bonded: genesis.bonded(),
            beacon: beacon.map(Arc::new),
            trust: Trust::new(chain_id, genesis.hand_over()),
        }
    }

    /// Moves on to the next epoch. Every validator of the shard calls it between the same two blocks, since receipts
    /// depend on it.
    pub fn enter_epoch(&mut self, next: HandOver) {
        self.trust.enter(next);
    }

    /// The present epoch.
    pub fn epoch(&self) -> Epoch {
        self.trust.epoch()
    }

    /// Who signs a shard in an epoch whose certificates still prove something across shards [P19].
    pub fn validator_set(&self, epoch: Epoch, shard: ShardId) -> Option<&ValidatorSet> {
        self.trust.validator_set(epoch, shard)
    }

    /// Whether a key is one of the present committee's.
    pub(crate) fn is_validator(&self, key: &PublicKey) -> bool {
        let committee = self.validator_set(self.epoch(), chain_types::atomic::BEACON_SHARD);
        committee.is_some_and(|set| set.validators.iter().any(|one| one.key == *key))
    }

    /// Where a step across shards is taken.
    pub(crate) const fn place(&self) -> Place<'_> {
        Place { trust: &self.trust, shard: self.shard, shards: self.shards }
    }
}
