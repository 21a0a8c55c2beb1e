//! What the ledger's endpoints answer.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the ledger is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct LedgerStatus {
    /// The chain's id, 64 hexadecimal digits.
    pub chain_id: String,
    /// The chain's name for people.
    pub name: String,
    /// Every shard, in order.
    pub shards: Vec<ShardStatus>,
    /// How long operations take from acceptance to finality; null before the first.
    pub finality_ms: Option<FinalityMs>,
    /// The version of this gateway.
    pub version: String,
}

/// Where a shard is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ShardStatus {
    /// The shard's number, from 0.
    pub shard: u16,
    /// The newest final block; 0 before the first.
    pub height: u64,
    /// The newest block in the index.
    pub indexed_height: u64,
    /// Records of all blocks.
    pub records: u64,
    /// Transactions of all blocks.
    pub transactions: u64,
    /// When the newest final block was proposed, RFC 3339 UTC.
    pub timestamp: String,
}

/// Percentiles of the time from acceptance to finality, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct FinalityMs {
    /// Half of the operations took at most so long.
    pub p50: f64,
    /// 99 of 100 took at most so long.
    pub p99: f64,
    /// What the percentiles are over.
    pub window: String,
    /// Operations that this process saw become final since it started.
    pub count: u64,
}

/// What a verifier pins: one chain, and the first of its committees that is believed. Holds either `genesis` or
/// `hand_over`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnchorFile {
    /// Always 1.
    pub version: u32,
    /// The chain's id, base64.
    pub chain_id: String,
    /// The genesis document in canonical encoding, base64; its digest is the chain's id. The anchor of epoch 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genesis: Option<String>,
    /// The record that ended the epoch before, in its certified header: a hand-over as bundles hold it
    /// (docs/evidence.md).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub hand_over: Option<serde_json::Value>,
}
