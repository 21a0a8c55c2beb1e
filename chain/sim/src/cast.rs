//! Who takes part: a genesis document, its validators' keys, the clients' keys. Invariant: it is a function of the
//! profile alone, so a seed changes what happens and never who takes part.

use crate::profile::Profile;
use chain_beacon::{BeaconState, Secrets, randomness::RandomnessKey};
use chain_types::{
    ChainParameters, Epoch, Genesis, PROTOCOL_VERSION, PublicKey, SecretKey, TenantId, TimestampMs,
    beacon::{GenesisValidator, Parameters, Registration},
    genesis::GenesisBeacon,
    validator::{Validator, ValidatorSet},
};
use std::sync::Arc;

/// When every simulated chain begins.
pub const START_MS: u64 = 1_767_225_600_000;
/// The tenant whose clients write; it is registered on every shard.
pub const TENANT: TenantId = TenantId([0x11; 16]);
/// Tenants that trade with each other; they are registered on every shard.
pub const TRADERS: [TenantId; 2] = [TenantId([0x21; 16]), TenantId([0x22; 16])];
/// A tenant that is registered nowhere.
pub const NOBODY: TenantId = TenantId([0x99; 16]);
/// The least time of an epoch, in milliseconds: about as long as its blocks take, so that now one and now the other
/// counts.
const EPOCH_MS_MIN: u64 = 800;
/// How long offences of an epoch can be reported at least, in milliseconds: several epochs.
const EVIDENCE_MS_MIN: u64 = 3_000;
/// What a validator bonds where there is a beacon, per weight.
pub const BOND: u64 = 100_000_000;

/// The key of a trader.
pub fn trader_key(tenant: TenantId) -> SecretKey {
    SecretKey::from_seed(&[tenant.0[0]; 32])
}

/// The tenant that operates a machine.
pub fn tenant_of(machine: usize) -> TenantId {
    tenant(u8::try_from(machine).expect("a simulated chain is small"))
}

/// The keys and the genesis document of a simulated chain.
pub struct Cast {
    /// The genesis document.
    pub genesis: Arc<Genesis>,
    /// The validators' keys, in the order of the set, then the followers'.
    pub keys: Vec<SecretKey>,
    /// The operator's key.
    pub operator: SecretKey,
    /// The tenant's first author.
    pub author: SecretKey,
    /// The tenant's second author, which removes the first one and adds it again.
    pub second_author: SecretKey,
    /// The beacon before the first block, if there is one.
    pub beacon: Option<BeaconState>,
}

impl Cast {
    /// The chain of a profile.
    pub fn new(profile: &Profile) -> Self {
        let Profile { shards, weights, followers, .. } = *profile;
        let count = u8::try_from(weights.len() + usize::from(followers)).expect("a simulated chain is small");
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
        let beacon = chain_ledger::genesis::beacon(&genesis).expect("the simulated beacon is sound");
        let [author, second_author] = [0x01, 0x02].map(|byte| SecretKey::from_seed(&[byte; 32]));
        Self { genesis: Arc::new(genesis), keys, operator, author, second_author, beacon }
    }

    /// A machine's secrets.
    pub fn secrets(&self, machine: usize) -> Secrets {
        let index = u8::try_from(machine).expect("a simulated chain is small");
        Secrets { key: self.keys[machine].clone(), randomness: randomness_key(index), entropy: [0xa0 ^ index; 32] }
    }

    /// What a machine registers with.
    pub fn registration(&self, machine: usize, bond: u64) -> Registration {
        let (key, randomness) = (self.key(machine), self.secrets(machine).randomness);
        let possession = randomness.prove_possession(self.genesis.chain_id(), key);
        Registration { key, network_key: key, randomness_key: randomness.public(), possession, bond }
    }

    /// How many validators there are at first.
    pub fn validators(&self) -> usize {
        self.genesis.validators.validators.len()
    }

    /// A machine's public key.
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
