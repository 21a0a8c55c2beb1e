//! What the law takes as given. Invariant: it follows from the genesis document alone.

use chain_types::{ChainId, Genesis, PublicKey, ShardId, TenantId};

/// The tenant in whose name the chain's operator acts.
pub const OPERATOR_TENANT: TenantId = TenantId([0; 16]);

/// The parameters of execution on one shard.
#[derive(Clone, Debug)]
pub struct Law {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: ShardId,
    /// The key that registers tenants.
    pub operator: PublicKey,
}

impl Law {
    /// The law of a shard of a chain.
    pub fn of(genesis: &Genesis, shard: ShardId) -> Self {
        Self { chain_id: genesis.chain_id(), shard, operator: genesis.operator }
    }
}
