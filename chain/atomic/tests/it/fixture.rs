//! A shard of a chain with the maximum number of shards, and certified headers of that chain. Invariant: every value
//! follows from constants.

use chain_atomic::{Place, Trust};
use chain_types::{
    BlockHeader, Certificate, ChainId, Digest, Epoch, Height, PROTOCOL_VERSION, SecretKey, ShardId, TimestampMs, View,
    atomic::{CertifiedHeader, Proof},
    beacon::HandOver,
    limit,
    signature::Namespace,
    state::{StateProof, Terminal, TypedKey, leaf_hash, value_hash},
    validator::{Validator, ValidatorSet},
};

pub(crate) const CHAIN: ChainId = ChainId(Digest([7; 32]));
pub(crate) const HERE: ShardId = ShardId(3);
pub(crate) const THERE: ShardId = ShardId(5);

fn key(epoch: u64) -> SecretKey {
    let mut seed = [1; 32];
    seed[..8].copy_from_slice(&epoch.to_le_bytes());
    SecretKey::from_seed(&seed)
}

/// The only validator of an epoch; each epoch has another key.
pub(crate) fn validators(epoch: u64) -> ValidatorSet {
    ValidatorSet { epoch: Epoch(epoch), validators: vec![Validator { key: key(epoch).public_key(), weight: 1 }] }
}

pub(crate) fn trust() -> Trust {
    Trust::new(CHAIN, HandOver::first(PROTOCOL_VERSION, validators(0)))
}

pub(crate) const fn place(trust: &Trust) -> Place<'_> {
    Place { trust, shard: HERE, shards: limit::SHARDS_MAX }
}

/// A certified header with this state root.
pub(crate) fn certified(shard: ShardId, epoch: u64, state_root: Digest) -> CertifiedHeader {
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
        chain_id: CHAIN,
        shard,
        epoch: Epoch(epoch),
        height: Height(9),
        view: View(9),
        parent: Digest::ZERO,
        timestamp_ms: TimestampMs(1),
        records_root: Digest::ZERO,
        delta_root: Digest::ZERO,
        state_root,
        transactions_root: Digest::ZERO,
        validator_set_hash: validators(epoch).digest(),
        proposer: 0,
    };
    certify(header, epoch)
}

/// A header with the signature of an epoch's validator.
pub(crate) fn certify(header: BlockHeader, epoch: u64) -> CertifiedHeader {
    let vote = header.finalise_vote();
    let signatures = vec![(0, key(epoch).sign(Namespace::VOTE, &vote.digest()))];
    CertifiedHeader { header, certificate: Certificate { vote, signatures } }
}

/// A proof that a shard's state holds this value and nothing else.
pub(crate) fn holds(shard: ShardId, key: &impl TypedKey, value: Vec<u8>) -> Proof {
    let block = certified(shard, 0, leaf_hash(&key.path(), &value_hash(&value)));
    Proof { block, state: StateProof { siblings: Vec::new(), terminal: Terminal::Present { value } } }
}
