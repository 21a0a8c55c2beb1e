//! The row of an EPCIS event, and the stored numbers of its words. Invariant: a stored number never changes its
//! meaning, because a comparison rebuilds the rows.

use crate::column::{self, Store};
use chain_types::{Digest, Height, ShardId, TenantId, TimestampMs, TxId};
use sha2::{Digest as _, Sha256};
use sqlx::error::BoxDynError;
use standards_epcis::{
    event::{Action, EventType},
    extract::IdentifierRole,
};

/// An indexed EPCIS event. Vocabulary values and places are in the canonical form of [`standards_epcis::extract`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventRow {
    pub tenant: TenantId,
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
    pub tx_id: TxId,
    /// The index of its command within the transaction.
    pub command_index: u32,
    /// `eventID` as sent, or the CBV 2.0 event hash id if the event had none.
    pub event_id: String,
    pub event_type: EventType,
    /// The event time, in milliseconds since 1970 UTC.
    pub event_time_ms: i64,
    /// The record time: the time of the block.
    pub record_time_ms: TimestampMs,
    /// `None` for a transformation, which has no action.
    pub action: Option<Action>,
    pub biz_step: Option<String>,
    pub disposition: Option<String>,
    pub read_point: Option<String>,
    pub biz_location: Option<String>,
    /// Whether it declares an earlier event of the same id to be wrong.
    pub declares_error: bool,
    /// The record's leaf in its block and streams.
    pub leaf: Digest,
    /// The record's document, for [`standards_epcis::document::read_record`].
    pub document: String,
}

column::readable!(EventRow {
    tenant = "tenant_id",
    shard,
    height,
    record_index,
    tx_id,
    command_index,
    event_id,
    event_type,
    event_time_ms,
    record_time_ms,
    action,
    biz_step,
    disposition,
    read_point,
    biz_location,
    declares_error,
    leaf,
    document,
});

column::column_types! {
    EventType as i16: |it| Ok(event_type_number(it)), |sql| column::from_number(&EventType::ALL, event_type_number, sql);
    Action as i16: |action| Ok(action_number(action)), |sql| column::from_number(&Action::ALL, action_number, sql);
}

impl Store for IdentifierRole {
    type Sql = i16;

    fn store(self) -> Result<i16, BoxDynError> {
        Ok(self.number().into())
    }
}

/// The stored number of an event type.
pub(super) const fn event_type_number(event_type: EventType) -> i16 {
    match event_type {
        EventType::Object => 1,
        EventType::Aggregation => 2,
        EventType::Transaction => 3,
        EventType::Transformation => 4,
        EventType::Association => 5,
        EventType::Own => 6,
    }
}

/// The stored number of an action.
pub(super) const fn action_number(action: Action) -> i16 {
    match action {
        Action::Add => 1,
        Action::Observe => 2,
        Action::Delete => 3,
    }
}

/// The stored hash of an id: the first 8 bytes of its SHA-256. A reader must also compare the text, because collisions
/// of 64 bits can be constructed.
pub(super) fn text_hash(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    i64::from_be_bytes(*digest.first_chunk().expect("32 bytes contain 8"))
}

/// An identifier with its role, as the column `identifiers` contains it. A role is one digit, so the text of one role
/// is never a prefix of another's.
pub(super) fn identifier_text(role: IdentifierRole, canonical: &str) -> String {
    format!("{}:{canonical}", role.number())
}
