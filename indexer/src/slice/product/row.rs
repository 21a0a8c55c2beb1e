//! The row of a product.

use crate::column;
use chain_types::{Digest, Height, ShardId, TenantId, TimestampMs};

/// An indexed product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProductRow {
    pub tenant: TenantId,
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
    /// The time of the block.
    pub record_time_ms: TimestampMs,
    /// The digest of its subject.
    pub subject: Digest,
    /// The id as registered.
    pub id: String,
    pub name: Option<String>,
}

column::readable!(ProductRow {
    tenant = "tenant_id",
    shard,
    height,
    record_index,
    record_time_ms,
    subject,
    id,
    name,
});

/// The position of a product in the list: a page ends at one, and the next page begins after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProductPosition {
    /// The time of the block.
    pub record_time_ms: TimestampMs,
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
}
