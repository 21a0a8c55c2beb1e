//! A chain starts only from a document with valid shards, validators and keys.

use chain_types::{
    ChainParameters, Epoch, Genesis, PROTOCOL_VERSION, PublicKey, SecretKey, TimestampMs,
    genesis::{BLOCKS_PER_VIEW, GenesisError},
    limit::{SHARDS_MAX, VALIDATORS_MAX},
    validator::{Validator, ValidatorSet},
};

fn validator(number: usize) -> Validator {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    Validator { key: SecretKey::from_seed(&seed).public_key(), weight: 1 }
}

pub(crate) fn genesis() -> Genesis {
    Genesis {
        version: PROTOCOL_VERSION,
        name: "limits".to_owned(),
        timestamp_ms: TimestampMs(0),
        salt: [0; 16],
        shards: 1,
        operator: SecretKey::from_seed(&[1; 32]).public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet { epoch: Epoch(0), validators: vec![validator(0)] },
        beacon: None,
    }
}

fn fault(change: impl FnOnce(&mut Genesis)) -> Option<GenesisError> {
    let mut genesis = genesis();
    change(&mut genesis);
    genesis.check().err()
}

#[test]
fn shards_lie_between_one_and_the_limit() {
    for (shards, expected) in
        [(0, Some(GenesisError::Shards)), (1, None), (SHARDS_MAX, None), (SHARDS_MAX + 1, Some(GenesisError::Shards))]
    {
        assert_eq!(fault(|genesis| genesis.shards = shards), expected);
    }
}

#[test]
fn validators_lie_between_one_and_the_limit_and_each_has_weight() {
    for (count, expected) in [
        (0, Some(GenesisError::Validators)),
        (VALIDATORS_MAX, None),
        (VALIDATORS_MAX + 1, Some(GenesisError::Validators)),
    ] {
        assert_eq!(fault(|genesis| genesis.validators.validators = (0..count).map(validator).collect()), expected);
    }
    assert_eq!(fault(|genesis| genesis.validators.validators[0].weight = 0), Some(GenesisError::Validators));
}

#[test]
fn keys_are_distinct_and_strong() {
    let twice = vec![validator(0), validator(0)];
    let weak = Validator { key: PublicKey::Ed25519([0; 32]), weight: 1 };
    assert_eq!(fault(|genesis| genesis.validators.validators = twice), Some(GenesisError::Keys));
    assert_eq!(fault(|genesis| genesis.validators.validators.push(weak)), Some(GenesisError::Keys));
    assert_eq!(fault(|genesis| genesis.operator = PublicKey::Ed25519([0; 32])), Some(GenesisError::Keys));
}

#[test]
fn a_block_executes_within_a_quarter_of_the_first_view() {
    let most = genesis().parameters.timing.view_ms * 1_000 / BLOCKS_PER_VIEW;
    for (work, expected) in
        [(0, Some(GenesisError::Work)), (1, None), (most, None), (most + 1, Some(GenesisError::Work))]
    {
        assert_eq!(fault(|genesis| genesis.parameters.work.block_work_max = work), expected, "{work}");
    }
}

#[test]
fn every_field_changes_the_chains_id() {
    let id = genesis().chain_id();
    let changes: [fn(&mut Genesis); 7] = [
        |genesis| genesis.name.push('x'),
        |genesis| genesis.timestamp_ms.0 += 1,
        |genesis| genesis.salt[0] ^= 1,
        |genesis| genesis.shards += 1,
        |genesis| genesis.operator = validator(5).key,
        |genesis| genesis.validators.validators[0].weight += 1,
        |genesis| genesis.parameters.work.subject += 1,
    ];
    for change in changes {
        let mut other = genesis();
        change(&mut other);
        assert_ne!(other.chain_id(), id);
    }
}
