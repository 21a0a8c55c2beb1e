//! The response body of `GET /v1/ledger/network`, without its beacon part. Invariant: the types hold public data only.

pub mod beacon;

use async_graphql::SimpleObject;
use beacon::Beacon;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The validators and the network, as this gateway's node sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct LedgerNetwork {
    /// The chain id, 64 hexadecimal digits.
    pub chain_id: String,
    /// The index of this gateway's node in the validator set; null when it is a follower.
    pub own_index: Option<u16>,
    /// The size of the window that the counts of `validators` cover, in blocks of each shard. A younger shard is
    /// covered completely.
    pub window_blocks: u32,
    /// All shards, in order.
    pub shards: Vec<NetworkShard>,
    /// All validators, in the order of the validator set.
    pub validators: Vec<NetworkValidator>,
    /// The peers that this node may connect to; empty when it is the only validator.
    pub peers: Vec<NetworkPeer>,
    /// Equivocations that this node has detected since it started.
    pub accusations: Vec<Accusation>,
    /// The message queues between shards that ever held a message, by source and destination.
    pub outboxes: Vec<Outbox>,
    /// The state of the beacon; null when the genesis document has none, or when the beacon shard has stopped on this
    /// node.
    pub beacon: Option<Beacon>,
}

/// The consensus state of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkShard {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// The height of the newest final block; 0 before the first.
    pub height: u64,
    /// The number of final blocks that are not indexed yet.
    pub index_lag_blocks: u64,
    /// The time at which the newest final block was proposed, RFC 3339 UTC; null before the first.
    pub timestamp: Option<String>,
    /// The epoch of the newest final block.
    pub epoch: u64,
    /// The view in which the newest block was finalised; null before the first.
    pub view: Option<u64>,
    /// The number of pending transactions on this node; null when the shard has stopped on this node.
    pub waiting: Option<u64>,
    /// The index of the validator that proposed the newest block; null before the first block, and when that validator
    /// has lost its seat since.
    pub proposer: Option<u16>,
    /// The signers of the newest block's certificate. A certificate holds a quorum: a validator that is missing may
    /// have voted a moment later.
    pub signers: Vec<Signer>,
    /// The number of blocks in this shard's window.
    pub window_blocks: u32,
}

/// A signer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Signer {
    /// Its index in the validator set; null when it has lost its seat since.
    pub index: Option<u16>,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
}

/// A validator and its recent activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkValidator {
    /// Its index in the validator set.
    pub index: u16,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its voting weight. A quorum is more than two thirds of the total weight.
    pub weight: u64,
    /// Its activity on each shard, in order of the shards.
    pub shards: Vec<ValidatorShard>,
}

/// The activity of a validator in the newest blocks of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ValidatorShard {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// Whether it signed the newest block.
    pub signed_newest: bool,
    /// The number of blocks in the window whose certificate it signed.
    pub signed_blocks: u32,
    /// The number of blocks in the window that it proposed.
    pub led_blocks: u32,
    /// The number of final blocks since the newest that it signed; 0 when it signed the newest, null when it signed
    /// none of the window.
    pub lag_blocks: Option<u64>,
}

/// A queue of messages from one shard to another. Messages are delivered exactly once and in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Outbox {
    /// The sending shard.
    pub source: u16,
    /// The receiving shard.
    pub destination: u16,
    /// The number of messages sent since genesis.
    pub sent: u64,
    /// The number of messages whose delivery the source knows. The others are still in its state.
    pub acknowledged: u64,
}

/// A peer of this node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkPeer {
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its index in the validator set; null for a follower.
    pub validator: Option<u16>,
    /// The time of the connection, RFC 3339 UTC; null while it is not connected.
    pub connected_since: Option<String>,
    /// Payload bytes received from it.
    pub bytes_in: u64,
    /// Payload bytes sent to it.
    pub bytes_out: u64,
    /// The number of messages that were dropped because a queue was full or the peer was disconnected.
    pub dropped: u64,
}

/// An equivocation: two votes of one validator that an honest validator never signs both. They can be checked with the
/// validator set of their epoch alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Accusation {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// The index of the accused in the validator set of the votes' shard and epoch.
    pub validator: u16,
    /// The key that signed both votes, 66 hexadecimal digits.
    pub key: String,
    /// The vote that was seen first.
    pub first: AccusedVote,
    /// The vote that contradicts the first.
    pub second: AccusedVote,
    /// Both signed votes in canonical encoding, base64.
    pub evidence: String,
}

/// One of the two signed votes of an accusation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct AccusedVote {
    /// The epoch of the vote.
    pub epoch: u64,
    /// The height of the vote.
    pub height: u64,
    /// The view of the vote.
    pub view: u64,
    /// The step: `propose`, `notarise`, `nullify` or `finalise`.
    pub step: String,
    /// The digest of the block header, 64 hexadecimal digits; zeros for `nullify`.
    pub block: String,
    /// The signed vote without its signature, in canonical encoding, base64.
    pub vote: String,
    /// The digest of the vote, which the signature is over, 64 hexadecimal digits.
    pub digest: String,
    /// The Ed25519 signature, base64.
    pub signature: String,
}
