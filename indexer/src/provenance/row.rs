//! The row of an event, and how its words are stored. Invariant: stored numbers never change their meaning, since rows
//! are compared with rebuilt ones.

use crate::{column, tenant};
use chain_types::{Digest, Height, ShardId, TenantId, TimestampMs, TxId};
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, postgres::PgRow};
use standards_epcis::{
    event::{Action, EventType},
    extract::IdentifierRole,
};

/// The columns of [`EventRow`], for a SELECT from `index.provenance_event e`.
pub(super) const COLUMNS: &str = "e.tenant_id, e.shard, e.height, e.record_index, e.tx_id, e.command_index, e.event_id, \
    e.event_type, e.event_time_ms, e.record_time_ms, e.action, e.biz_step, e.disposition, e.read_point, \
    e.biz_location, e.declares_error, e.leaf, e.document";

/// One EPCIS event as indexed. Vocabulary values and places are in the canonical form of [`standards_epcis::extract`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventRow {
    /// Whose it is.
    pub tenant: TenantId,
    /// The shard of its record.
    pub shard: ShardId,
    /// The block of its record.
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
    /// The transaction that carried it.
    pub tx_id: TxId,
    /// The index of its command within the transaction.
    pub command_index: u32,
    /// `eventID` as sent, or the CBV 2.0 event hash id when it was sent without one.
    pub event_id: String,
    /// Which of the five.
    pub event_type: EventType,
    /// When it happened, in milliseconds since 1970 UTC.
    pub event_time_ms: i64,
    /// When it was recorded: the block's time.
    pub record_time_ms: TimestampMs,
    /// What it says about its objects; a transformation has none.
    pub action: Option<Action>,
    /// The business step.
    pub biz_step: Option<String>,
    /// The disposition.
    pub disposition: Option<String>,
    /// Where it was seen.
    pub read_point: Option<String>,
    /// Where the objects are after it.
    pub biz_location: Option<String>,
    /// Whether it declares an earlier event of the same id to be wrong.
    pub declares_error: bool,
    /// The record's leaf in its block and streams.
    pub leaf: Digest,
    /// The record's document, for [`standards_epcis::document::read_record`].
    pub document: String,
}

impl EventRow {
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let event_type: i16 = row.try_get("event_type")?;
        let action: Option<i16> = row.try_get("action")?;
        Ok(Self {
            tenant: tenant::from_uuid(row.try_get("tenant_id")?),
            shard: column::shard(row)?,
            height: column::height(row)?,
            record_index: column::count(row, "record_index")?,
            tx_id: TxId(column::digest(row, "tx_id")?),
            command_index: column::count(row, "command_index")?,
            event_id: row.try_get("event_id")?,
            event_type: known(
                EventType::ALL.into_iter().find(|it| event_type_number(*it) == event_type),
                "event_type",
            )?,
            event_time_ms: row.try_get("event_time_ms")?,
            record_time_ms: TimestampMs(column::unsigned(row, "record_time_ms")?),
            action: action
                .map(|action| known(Action::ALL.into_iter().find(|it| action_number(*it) == action), "action"))
                .transpose()?,
            biz_step: row.try_get("biz_step")?,
            disposition: row.try_get("disposition")?,
            read_point: row.try_get("read_point")?,
            biz_location: row.try_get("biz_location")?,
            declares_error: row.try_get("declares_error")?,
            leaf: column::digest(row, "leaf")?,
            document: row.try_get("document")?,
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a number that the indexer never writes")]
struct UnknownNumber;

fn known<Word>(word: Option<Word>, name: &str) -> Result<Word, sqlx::Error> {
    word.ok_or_else(|| column::fault(name, UnknownNumber))
}

/// The stored number of an event type.
pub(super) const fn event_type_number(event_type: EventType) -> i16 {
    match event_type {
        EventType::Object => 1,
        EventType::Aggregation => 2,
        EventType::Transaction => 3,
        EventType::Transformation => 4,
        EventType::Association => 5,
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

/// The stored hash of an id: the first 8 bytes of its SHA-256. Whoever finds a row by it compares the text as well,
/// because half of 64 bits can be made to collide.
pub(super) fn text_hash(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    i64::from_be_bytes(*digest.first_chunk().expect("32 bytes begin with 8"))
}

/// An identifier with its role, as the column `identifiers` lists it. A role is one digit, so the text of one role is
/// never the beginning of another's.
pub(super) fn identifier_text(role: IdentifierRole, canonical: &str) -> String {
    format!("{}:{canonical}", role.number())
}
