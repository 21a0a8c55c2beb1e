//! What `GET /v1/ledger/network` answers.

pub mod beacon;

use async_graphql::SimpleObject;
use beacon::Beacon;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who keeps the ledger, as this gateway's node sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct LedgerNetwork {
    /// The chain's id, 64 hexadecimal digits.
    pub chain_id: String,
    /// The index of the validator that this gateway's node is; null for a follower.
    pub own_index: Option<u16>,
    /// Counts of `validators` are over so many of each shard's newest blocks, or over all of a younger shard.
    pub window_blocks: u32,
    /// Every shard, in order.
    pub shards: Vec<NetworkShard>,
    /// Every validator, by its index in the validator set.
    pub validators: Vec<NetworkValidator>,
    /// Everyone this node may talk to; empty when it decides alone.
    pub peers: Vec<NetworkPeer>,
    /// Validators that contradicted themselves, as seen by this node since it started.
    pub accusations: Vec<Accusation>,
    /// The queues of messages between shards that ever held one, by source and destination.
    pub outboxes: Vec<Outbox>,
    /// Who decides, and on what grounds; null when the genesis document has no beacon, or its shard has stopped here.
    pub beacon: Option<Beacon>,
}

/// Where consensus is on a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkShard {
    /// The shard's number, from 0.
    pub shard: u16,
    /// The newest final block; 0 before the first.
    pub height: u64,
    /// How many final blocks the index is behind.
    pub index_lag_blocks: u64,
    /// When the newest final block was proposed, RFC 3339 UTC; null before the first.
    pub timestamp: Option<String>,
    /// The epoch of the newest final block.
    pub epoch: u64,
    /// The view whose votes made the newest block final; null before the first.
    pub view: Option<u64>,
    /// Transactions that wait for a block on this node; null when the shard has stopped here.
    pub waiting: Option<u64>,
    /// The index of the validator that proposed the newest block; null before the first, and when it lost its seat
    /// since.
    pub proposer: Option<u16>,
    /// Who signed the newest block's certificate. It holds a quorum, not everybody: a validator that is not in it may
    /// have voted a moment later.
    pub signers: Vec<Signer>,
    /// Blocks in this shard's window.
    pub window_blocks: u32,
}

/// A signer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Signer {
    /// Its index in the validator set; null when it lost its seat since.
    pub index: Option<u16>,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
}

/// A validator and what it did lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkValidator {
    /// Its index in the validator set.
    pub index: u16,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its voting weight; a quorum is more than two thirds of all.
    pub weight: u64,
    /// What it did on each shard, in order.
    pub shards: Vec<ValidatorShard>,
}

/// What a validator did in the newest blocks of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ValidatorShard {
    /// The shard.
    pub shard: u16,
    /// Whether it is among the signers of the newest block.
    pub signed_newest: bool,
    /// Blocks of the window whose certificate it signed.
    pub signed_blocks: u32,
    /// Blocks of the window that it proposed.
    pub led_blocks: u32,
    /// Final blocks since the newest that it signed, 0 when it signed the newest; null when it signed none of the
    /// window.
    pub lag_blocks: Option<u64>,
}

/// A queue of messages from one shard to another. They are taken in exactly once, and in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Outbox {
    /// The shard that sends.
    pub source: u16,
    /// The shard that takes in.
    pub destination: u16,
    /// Messages sent since genesis.
    pub sent: u64,
    /// Of these, known to the source to be taken in; the others still wait in its state.
    pub acknowledged: u64,
}

/// A member of the network as this node reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NetworkPeer {
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its index when it is a validator; null for a follower.
    pub validator: Option<u16>,
    /// Since when it is connected, RFC 3339 UTC; null while it is not.
    pub connected_since: Option<String>,
    /// Payload received from it, bytes.
    pub bytes_in: u64,
    /// Payload sent to it, bytes.
    pub bytes_out: u64,
    /// Messages that a full budget refused or a disconnection made stale.
    pub dropped: u64,
}

/// Two votes of one validator that no honest validator signs both. The validator set of their epoch is all it takes to
/// check them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Accusation {
    /// The shard.
    pub shard: u16,
    /// The index of the accused in the validator set of the votes' shard and epoch.
    pub validator: u16,
    /// The key that signed both, 66 hexadecimal digits.
    pub key: String,
    /// The vote that was seen first.
    pub first: AccusedVote,
    /// The vote that contradicts it.
    pub second: AccusedVote,
    /// Both in canonical encoding, base64: the accusation itself.
    pub evidence: String,
}

/// A signed vote of an accusation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct AccusedVote {
    /// The epoch.
    pub epoch: u64,
    /// The height.
    pub height: u64,
    /// The view.
    pub view: u64,
    /// `propose`, `notarise`, `nullify` or `finalise`.
    pub step: String,
    /// The digest of the block's header, 64 hexadecimal digits; zeros for `nullify`.
    pub block: String,
    /// What was signed, in canonical encoding, base64.
    pub vote: String,
    /// The digest of it that the signature is over, 64 hexadecimal digits.
    pub digest: String,
    /// The Ed25519 signature, base64.
    pub signature: String,
}
