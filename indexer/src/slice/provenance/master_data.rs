//! The row of a version of master data. Invariant: a row names its vocabulary and id only when they are those of the
//! record's subject.

use crate::column;
use chain_types::{Height, ShardId, TimestampMs, TxId};
use standards_epcis::timestamp::Timestamp;

/// A recorded version of an element of a vocabulary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementVersion {
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
    pub tx_id: TxId,
    /// The time of the block.
    pub record_time_ms: TimestampMs,
    /// The full URI of the vocabulary.
    pub vocabulary: Option<String>,
    /// The id in canonical form.
    pub id: Option<String>,
    /// The record's document, for [`standards_epcis::master_data::read_record`]. `None` for a record that cannot be
    /// read: its key was deleted, or its body is not that of its element.
    pub document: Option<String>,
}

impl ElementVersion {
    /// The record time.
    pub fn record_time(&self) -> Timestamp {
        Timestamp::from_unix_ms(i64::try_from(self.record_time_ms.0).unwrap_or(i64::MAX))
    }
}

column::readable!(ElementVersion {
    shard = "m.shard",
    height = "m.height",
    record_index = "m.record_index",
    tx_id = "m.tx_id",
    record_time_ms = "m.record_time_ms",
    vocabulary = "m.vocabulary",
    id = "m.id",
    document = "m.document",
});
