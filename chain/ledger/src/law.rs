//! What the law takes as given. Invariant: it follows from the genesis document and from the validator sets that the
//! chain itself decided since.

use chain_atomic::{Place, Trust};
use chain_types::{ChainId, Epoch, Genesis, PublicKey, ShardId, TenantId, native, validator::ValidatorSet};

/// The tenant in whose name the chain's operator acts.
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
    /// Whose certificates prove what other shards did.
    trust: Trust,
}

impl Law {
    /// The law of a shard of a chain, in the epoch of its genesis.
    pub fn of(genesis: &Genesis, shard: ShardId) -> Self {
        let chain_id = genesis.chain_id();
        let trust = Trust::new(chain_id, genesis.validators.clone());
        Self { chain_id, shard, shards: genesis.shards, operator: genesis.operator, trust }
    }

    /// Moves on to the epoch of the next validator set. Every validator of the shard calls it between the same two
    /// blocks, since receipts depend on it.
    pub fn enter_epoch(&mut self, validators: ValidatorSet) {
        self.trust.enter(validators);
    }

    /// The present epoch.
    pub fn epoch(&self) -> Epoch {
        self.trust.epoch()
    }

    /// The validators of an epoch whose certificates still prove something across shards [P19].
    pub fn validator_set(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        self.trust.validator_set(epoch)
    }

    /// Where a step across shards is taken.
    pub(crate) const fn place(&self) -> Place<'_> {
        Place { trust: &self.trust, shard: self.shard, shards: self.shards }
    }
}
