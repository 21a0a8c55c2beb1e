//! Response bodies of the ledger endpoints. Invariant: the types hold public data only.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct LedgerStatus {
    /// The chain id, 64 hexadecimal digits.
    pub chain_id: String,
    /// The name of the chain.
    pub name: String,
    /// All shards, in order.
    pub shards: Vec<ShardStatus>,
    /// The time that operations took from acceptance to finality; null before the first.
    pub finality_ms: Option<FinalityMs>,
    /// The version of this gateway.
    pub version: String,
}

/// The state of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ShardStatus {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// The height of the newest final block; 0 before the first.
    pub height: u64,
    /// The height of the newest indexed block.
    pub indexed_height: u64,
    /// The number of records in all blocks.
    pub records: u64,
    /// The number of transactions in all blocks.
    pub transactions: u64,
    /// The time at which the newest final block was proposed, RFC 3339 UTC.
    pub timestamp: String,
}

/// Percentiles of the time from acceptance to finality, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct FinalityMs {
    /// The median: half of the operations took at most this long.
    pub p50: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The operations that the percentiles cover, in words.
    pub window: String,
    /// The number of operations that the percentiles cover: the newest ones of this process.
    pub samples: u64,
    /// The number of operations that this process has seen become final since it started.
    pub count: u64,
}

/// A trust anchor for verifiers: one chain and one committee that the verifier trusts. Contains either `genesis` or
/// `hand_over`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnchorFile {
    /// Always 1.
    pub version: u32,
    /// The chain id, base64.
    pub chain_id: String,
    /// The genesis document in canonical encoding, base64. Its digest is the chain id. It is the anchor of epoch 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genesis: Option<String>,
    /// The record that ended the previous epoch, in its certified header: a hand-over as in evidence bundles
    /// (docs/evidence.md).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub hand_over: Option<serde_json::Value>,
}
