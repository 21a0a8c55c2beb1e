//! The row of an EPCIS event, and the stored numbers of its words. Invariant: a stored number never changes its
//! meaning, because a comparison rebuilds the rows.

use crate::column::{self, Store};
use chain_types::{Digest, Height, ShardId, Subject, TenantId, TimestampMs, TxId};
use sha2::{Digest as _, Sha256};
use sqlx::{error::BoxDynError, types::Uuid};
use standards_epcis::{
    event::{Action, EventType},
    extract::IdentifierRole,
    timestamp::Timestamp,
};

/// The reason why fields of a record are missing in its row. Only a tenant that signs for itself can record such bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// The body does not open with the transaction's key.
    Sealed,
    /// The bytes are not the record of an event.
    NotAnEvent,
    /// The database cannot hold a value of the event. Its other fields are there.
    UnstorableValue,
    /// Reading the bytes failed.
    ReaderFailed,
}

impl Unreadable {
    /// All reasons, in the order of their stored numbers.
    pub const ALL: [Self; 4] = [Self::Sealed, Self::NotAnEvent, Self::UnstorableValue, Self::ReaderFailed];

    /// The reason as a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "the body does not open with the key of its transaction",
            Self::NotAnEvent => "the body is not the record of an EPCIS event",
            Self::UnstorableValue => "the index cannot hold a value of the event",
            Self::ReaderFailed => "reading the body failed",
        }
    }

    const fn number(self) -> i16 {
        match self {
            Self::Sealed => 1,
            Self::NotAnEvent => 2,
            Self::UnstorableValue => 3,
            Self::ReaderFailed => 4,
        }
    }

    /// Whether the row's document is the record of an event.
    pub const fn has_event(self) -> bool {
        matches!(self, Self::UnstorableValue)
    }
}

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
    /// `eventID` as sent, or the CBV 2.0 event hash id if the event had none. For a record without a readable id,
    /// `urn:waymark:record:` and its leaf.
    pub event_id: String,
    /// `None` for a record that is not an event.
    pub event_type: Option<EventType>,
    /// The full URI of a user's own event type.
    pub own_type: Option<String>,
    /// The event time, in milliseconds since 1970 UTC, truncated. The record time for an event without a readable one.
    pub event_time_ms: i64,
    /// The digits of the event time below a millisecond, see [`Timestamp::rest`].
    pub event_time_rest: String,
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
    /// Why fields are missing. `None` for a readable event.
    pub unreadable: Option<Unreadable>,
    /// The record's leaf in its block and streams.
    pub leaf: Digest,
    /// The record's document, for [`standards_epcis::document::read_record`]. The bytes in hexadecimal digits for a
    /// record that is not an event.
    pub document: String,
}

impl EventRow {
    /// The exact event time.
    pub fn event_time(&self) -> Timestamp {
        let whole = Timestamp::from_unix_ms(self.event_time_ms);
        Timestamp::from_parts(self.event_time_ms, &self.event_time_rest).unwrap_or(whole)
    }

    /// The record time.
    pub fn record_time(&self) -> Timestamp {
        Timestamp::from_unix_ms(i64::try_from(self.record_time_ms.0).unwrap_or(i64::MAX))
    }

    /// Whether the document is the record of an event.
    pub fn has_event(&self) -> bool {
        self.unreadable.is_none_or(Unreadable::has_event)
    }
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
    own_type,
    event_time_ms,
    event_time_rest,
    record_time_ms,
    action,
    biz_step,
    disposition,
    read_point,
    biz_location,
    declares_error,
    unreadable,
    leaf,
    document,
});

column::column_types! {
    EventType as i16: |it| Ok(event_type_number(it)), |sql| column::from_number(&EventType::ALL, event_type_number, sql);
    Unreadable as i16: |why| Ok(why.number()), |sql| column::from_number(&Unreadable::ALL, Unreadable::number, sql);
    Action as i16: |action| Ok(action_number(action)), |sql| column::from_number(&Action::ALL, action_number, sql);
}

/// The bit of a role in `provenance_stream.roles`.
pub(super) const fn role_bit(role: IdentifierRole) -> i16 {
    1 << (role.number() - 1)
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

/// The stored hash of an event id: the first 8 bytes of its SHA-256. A reader must also compare the text, because
/// collisions of 64 bits can be constructed.
pub(super) fn text_hash(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    i64::from_be_bytes(*digest.first_chunk().expect("32 bytes contain 8"))
}

/// The stored form of a stream's subject.
pub(super) fn subject_hash(subject: Subject) -> Uuid {
    first_16(subject.0.0)
}

fn first_16(digest: [u8; 32]) -> Uuid {
    Uuid::from_bytes(*digest.first_chunk().expect("32 bytes contain 16"))
}
