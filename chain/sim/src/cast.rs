//! Who takes part: a genesis document, its validators' keys, the clients' keys. Invariant: it is a function of the
//! profile alone, so a seed changes what happens and never who takes part.

use chain_types::{
    Epoch, Genesis, PublicKey, SecretKey, TenantId, TimestampMs,
    validator::{Validator, ValidatorSet},
};
use std::sync::Arc;

/// When every simulated chain begins.
pub const START_MS: u64 = 1_767_225_600_000;
/// The tenant whose clients write; it is registered on every shard.
pub const TENANT: TenantId = TenantId([0x11; 16]);

/// The keys and the genesis document of a simulated chain.
pub struct Cast {
    /// The genesis document.
    pub genesis: Arc<Genesis>,
    /// The validators' keys, in the order of the set, then the followers'.
    pub keys: Vec<SecretKey>,
    /// The operator's key.
    pub operator: SecretKey,
    /// The tenant's key.
    pub author: SecretKey,
}

impl Cast {
    /// A chain with validators of these weights, and some followers.
    pub fn new(shards: u16, weights: &[u64], followers: u16) -> Self {
        let count = u8::try_from(weights.len() + usize::from(followers)).expect("a simulated chain is small");
        let keys: Vec<_> = (0..count).map(|index| SecretKey::from_seed(&[0x40 + index; 32])).collect();
        let operator = SecretKey::from_seed(&[0xee; 32]);
        let validators = keys
            .iter()
            .zip(weights)
            .map(|(key, weight)| Validator { key: key.public_key(), weight: *weight })
            .collect();
        let genesis = Genesis {
            name: "simulated".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: [7; 16],
            shards,
            operator: operator.public_key(),
            validators: ValidatorSet { epoch: Epoch(0), validators },
            beacon: None,
        };
        Self { genesis: Arc::new(genesis), keys, operator, author: SecretKey::from_seed(&[0x01; 32]) }
    }

    /// How many validators there are.
    pub fn validators(&self) -> usize {
        self.genesis.validators.validators.len()
    }

    /// A machine's public key.
    pub fn key(&self, machine: usize) -> PublicKey {
        self.keys[machine].public_key()
    }
}
