//! Creates the genesis document of a new chain from its validators' public keys. Invariant: a returned document is
//! valid, so a chain can start from it.

use crate::members::public_key;
use anyhow::Context as _;
use chain_beacon::configuration::EVIDENCE_EPOCHS_KEPT;
use chain_node::randomness_key;
use chain_types::{
    ChainParameters, Genesis, PROTOCOL_VERSION, PublicKey, SecretKey, TenantId, TimestampMs,
    beacon::{GenesisValidator, GroupElement, Parameters},
    genesis::GenesisBeacon,
    validator::{Validator, ValidatorSet},
};
use std::{
    fmt,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

/// The bond of each validator of a new chain, in native units: 1,000 tokens.
pub const BOND: u64 = 100_000_000_000;
/// The divisor for the number of blocks in an epoch in which deals are accepted: a tenth.
const DEALING_PART: u64 = 10;
/// The maximum of the minimum duration of an epoch: one year, in seconds.
const EPOCH_SECONDS_MAX: u64 = 365 * 24 * 60 * 60;
/// The shortest epoch, in blocks of the beacon's shard.
const EPOCH_BLOCKS_MIN: u64 = 2;

/// The public keys of one validator, as `waymark keys show` prints them: `KEY:RANDOMNESS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValidatorKeys {
    /// The key that identifies it and verifies its votes.
    pub key: PublicKey,
    /// The key to which randomness shares are encrypted.
    pub randomness: GroupElement,
}

impl ValidatorKeys {
    /// The public keys of a validator's seed.
    pub fn of_seed(seed: &[u8; 32]) -> Self {
        Self { key: SecretKey::from_seed(seed).public_key(), randomness: randomness_key(seed).public() }
    }

    /// The tenant that operates it until an organisation's tenant does: a tenant derived from its key.
    pub fn operator(&self) -> TenantId {
        Self::operator_of(self.key)
    }

    /// The same tenant, from its key alone.
    pub fn operator_of(key: PublicKey) -> TenantId {
        let mut id = [0; 16];
        let PublicKey::Ed25519(bytes) = key;
        id.copy_from_slice(&bytes[..16]);
        TenantId(id)
    }
}

impl fmt::Display for ValidatorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, hex::encode(self.randomness))
    }
}

impl FromStr for ValidatorKeys {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts = text.split_once(':').with_context(|| format!("{text} is not KEY:RANDOMNESS"))?;
        let mut randomness = [0; 32];
        hex::decode_to_slice(parts.1, &mut randomness)
            .with_context(|| format!("{} is not a randomness key of 64 hexadecimal digits", parts.1))?;
        Ok(Self { key: public_key(parts.0)?, randomness })
    }
}

/// The length of a new chain's epochs.
#[derive(Clone, Copy, Default, Debug, clap::Args)]
pub struct EpochLength {
    /// The least number of blocks in an epoch, after which the set of validators may change
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(EPOCH_BLOCKS_MIN..))]
    pub epoch_blocks: Option<u64>,
    /// The least length of an epoch in seconds; bonds stay for eight times as long after their last epoch
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=EPOCH_SECONDS_MAX))]
    pub epoch_seconds: Option<u64>,
}

/// Creates a genesis document with the current time and validators of equal bonds.
pub fn new_genesis(
    shards: u16,
    validators: &[ValidatorKeys],
    operator: PublicKey,
    epoch: EpochLength,
) -> anyhow::Result<Genesis> {
    let mut parameters = Parameters::consortium(shards);
    parameters.epoch_blocks = epoch.epoch_blocks.unwrap_or(parameters.epoch_blocks);
    if let Some(seconds) = epoch.epoch_seconds {
        parameters.epoch_ms_min = seconds * 1_000;
        parameters.evidence_ms_min = parameters.epoch_ms_min * EVIDENCE_EPOCHS_KEPT;
    }
    parameters.dealing_blocks = (parameters.epoch_blocks / DEALING_PART).max(1);
    let validator = |keys: &ValidatorKeys| GenesisValidator {
        operator: keys.operator(),
        key: keys.key,
        network_key: keys.key,
        randomness_key: keys.randomness,
        bond: BOND,
    };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let genesis = Genesis {
        version: PROTOCOL_VERSION,
        name: "waymark".to_owned(),
        timestamp_ms: TimestampMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
        salt: rand::random(),
        shards,
        operator,
        parameters: ChainParameters::default(),
        validators: ValidatorSet {
            epoch: chain_types::Epoch(0),
            validators: validators.iter().map(|keys| Validator { key: keys.key, weight: BOND }).collect(),
        },
        beacon: Some(GenesisBeacon { parameters, validators: validators.iter().map(validator).collect() }),
    };
    genesis.check()?;
    chain_ledger::genesis::beacon(&genesis).context("checking the beacon of the new chain")?;
    Ok(genesis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_keys_are_read_back_and_make_a_chain() {
        let keys: Vec<_> = (1..5).map(|seed| ValidatorKeys::of_seed(&[seed; 32])).collect();
        for one in &keys {
            assert_eq!(one.to_string().parse::<ValidatorKeys>().ok(), Some(*one));
        }
        let blocks = |count| EpochLength { epoch_blocks: Some(count), epoch_seconds: Some(EPOCH_SECONDS_MAX) };
        let genesis = new_genesis(2, &keys, keys[0].key, blocks(EPOCH_BLOCKS_MIN)).expect("a chain");
        assert_eq!(genesis.validators.validators.len(), 4);
        assert!(new_genesis(2, &keys, keys[0].key, blocks(1)).is_err(), "no blocks to reveal in");
        assert!("00".parse::<ValidatorKeys>().is_err());
    }
}
