//! The participants of a world: genesis document, validator keys and client keys. Invariant: the participants depend on
//! the profile alone, never on the seed.

use crate::profile::Profile;
use chain_beacon::{BeaconState, Secrets, randomness::RandomnessKey};
use chain_types::{
    ChainParameters, Epoch, Genesis, PROTOCOL_VERSION, PublicKey, SecretKey, TenantId, TimestampMs,
    beacon::{GenesisValidator, Parameters, Registration},
    genesis::GenesisBeacon,
    validator::{Validator, ValidatorSet},
};
use std::sync::Arc;

/// The genesis time of every simulated chain, in milliseconds since the Unix epoch.
pub const START_MS: u64 = 1_767_225_600_000;
/// The tenant of the ordinary clients. It is registered on every shard.
pub const TENANT: TenantId = TenantId([0x11; 16]);
/// Tenants that trade with each other. They are registered on every shard.
pub const TRADERS: [TenantId; 2] = [TenantId([0x21; 16]), TenantId([0x22; 16])];
/// A tenant that is registered on no shard.
pub const NOBODY: TenantId = TenantId([0x99; 16]);
/// The minimum duration of an epoch, in milliseconds. It is close to the duration of an epoch's blocks, so that either
/// limit can be the effective one.
const EPOCH_MS_MIN: u64 = 800;
/// The minimum time during which offences can be reported, in milliseconds. It spans several epochs.
const EVIDENCE_MS_MIN: u64 = 3_000;
/// A validator's bond per unit of weight, on chains with a beacon.
pub const BOND: u64 = 100_000_000;

pub fn trader_key(tenant: TenantId) -> SecretKey {
    SecretKey::from_seed(&[tenant.0[0]; 32])
}

/// The tenant that operates a machine.
pub fn tenant_of(machine: usize) -> TenantId {
    tenant(u8::try_from(machine).expect("a simulated chain has fewer than 256 machines"))
}

/// The keys and the genesis document of a simulated chain.
pub struct Cast {
    pub genesis: Arc<Genesis>,
    /// The validators' keys in the order of the set, followed by the followers' keys.
    pub keys: Vec<SecretKey>,
    /// The key of the chain's operator.
    pub operator: SecretKey,
    /// The first author of [`TENANT`].
    pub author: SecretKey,
    /// The second author of [`TENANT`], which removes the first author and adds it again.
    pub second_author: SecretKey,
    /// The beacon before the first block; `None` on chains without a beacon.
    pub beacon: Option<BeaconState>,
}

impl Cast {
    /// Creates the participants of a profile.
    pub fn new(profile: &Profile) -> Self {
        let Profile { shards, weights, followers, .. } = *profile;
        let count = u8::try_from(weights.len() + usize::from(followers))
            .expect("a simulated chain has fewer than 256 machines");
        let keys: Vec<_> = (0..count).map(|index| SecretKey::from_seed(&seed_of(index))).collect();
        let operator = SecretKey::from_seed(&[0xee; 32]);
        let scale = if profile.epoch_blocks.is_some() { BOND } else { 1 };
        let validators = keys
            .iter()
            .zip(weights)
            .map(|(key, weight)| Validator { key: key.public_key(), weight: *weight * scale })
            .collect();
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "simulated".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: [7; 16],
            shards,
            operator: operator.public_key(),
            parameters: ChainParameters::default(),
            validators: ValidatorSet { epoch: Epoch(0), validators },
            beacon: profile.epoch_blocks.map(|blocks| beacon_of(shards, weights, blocks)),
        };
        let beacon = chain_ledger::genesis::beacon(&genesis).expect("the simulated genesis beacon is valid");
        let [author, second_author] = [0x01, 0x02].map(|byte| SecretKey::from_seed(&[byte; 32]));
        Self { genesis: Arc::new(genesis), keys, operator, author, second_author, beacon }
    }

    pub fn secrets(&self, machine: usize) -> Secrets {
        let index = u8::try_from(machine).expect("a simulated chain has fewer than 256 machines");
        Secrets { key: self.keys[machine].clone(), randomness: randomness_key(index), entropy: [0xa0 ^ index; 32] }
    }

    /// The registration of a machine as a validator.
    pub fn registration(&self, machine: usize, bond: u64) -> Registration {
        let (key, randomness) = (self.key(machine), self.secrets(machine).randomness);
        let possession = randomness.prove_possession(self.genesis.chain_id(), key);
        Registration { key, network_key: key, randomness_key: randomness.public(), possession, bond }
    }

    /// The number of validators at genesis.
    pub fn validators(&self) -> usize {
        self.genesis.validators.validators.len()
    }

    pub fn key(&self, machine: usize) -> PublicKey {
        self.keys[machine].public_key()
    }
}

const fn seed_of(index: u8) -> [u8; 32] {
    [0x40 + index; 32]
}

const fn tenant(index: u8) -> TenantId {
    TenantId([0x80 + index; 16])
}

fn randomness_key(index: u8) -> RandomnessKey {
    RandomnessKey::from_seed(&[0x70 + index; 32])
}

fn beacon_of(shards: u16, weights: &[u64], epoch_blocks: u64) -> GenesisBeacon {
    let validator = |(index, weight): (u8, &u64)| {
        let key = SecretKey::from_seed(&seed_of(index)).public_key();
        GenesisValidator {
            operator: tenant(index),
            key,
            network_key: key,
            randomness_key: randomness_key(index).public(),
            bond: weight * BOND,
        }
    };
    let parameters = Parameters {
        epoch_blocks,
        epoch_ms_min: EPOCH_MS_MIN,
        evidence_ms_min: EVIDENCE_MS_MIN,
        dealing_blocks: 2,
        seats: 8,
        ..Parameters::consortium(shards)
    };
    let league_seats = parameters.league_seats.min(parameters.seats);
    GenesisBeacon {
        parameters: Parameters { league_seats, ..parameters },
        validators: (0..).zip(weights).map(validator).collect(),
    }
}
