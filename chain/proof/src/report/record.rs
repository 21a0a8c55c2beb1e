//! The contents of a verified record. Invariant: reports are made only from verified parts.

use super::document::assemble;
use crate::bundle::{BodyPart, FieldPart, RecordPart};
use chain_types::{BlockHeader, Digest, Receipt, Rejection, TenantId, TimestampMs, TxId};
use serde::Serialize;
use serde_json::value::RawValue;
use time::{OffsetDateTime, macros::format_description};

/// A verified record.
#[derive(Clone, Debug, Serialize)]
pub struct RecordReport {
    /// The tenant's UUID.
    pub tenant: String,
    /// The shard that recorded it.
    pub shard: u16,
    /// The height of its block.
    pub height: u64,
    /// The time at which its block was proposed: RFC 3339, UTC, milliseconds.
    pub timestamp: String,
    /// The transaction's id in hexadecimal.
    pub tx_id: String,
    /// The record's leaf in hexadecimal.
    pub leaf: String,
    /// `applied`, `repeated` or `rejected`.
    pub outcome: &'static str,
    /// The events, in order. Empty unless applied.
    pub events: Vec<&'static str>,
    /// The reason for the rejection. `None` unless rejected.
    pub rejection: Option<RejectionReport>,
    /// The number of withheld fields of the document. `None` when the record's key was deleted, so the fields are
    /// unknown.
    pub withheld: Option<usize>,
    /// The disclosed part of the document, see `withheld`.
    pub document: Option<Box<RawValue>>,
}

/// The reason why a command was rejected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RejectionReport {
    /// The stable code.
    pub code: String,
    /// The values that explain the reason, by name.
    pub fields: Vec<(String, String)>,
}

impl RecordReport {
    pub(crate) fn of(record: &RecordPart, header: &BlockHeader, tx_id: TxId, leaf: Digest) -> Self {
        let (outcome, events) = read_receipt(&record.receipt);
        let rejection = match &record.receipt {
            Receipt::Applied(_) | Receipt::Repeated => None,
            Receipt::Rejected(Rejection { code, fields }) => {
                Some(RejectionReport { code: code.clone(), fields: fields.clone() })
            }
        };
        let (withheld, document) = read_body(&record.body);
        Self {
            tenant: uuid(record.transaction.tenant),
            shard: header.shard.0,
            height: header.height.0,
            timestamp: rfc3339(header.timestamp_ms),
            tx_id: tx_id.to_string(),
            leaf: leaf.to_string(),
            outcome,
            events,
            rejection,
            withheld,
            document,
        }
    }
}

/// The outcome in one word, and the names of the events.
pub(super) fn read_receipt(receipt: &Receipt) -> (&'static str, Vec<&'static str>) {
    match receipt {
        Receipt::Applied(event) => ("applied", vec![event.name()]),
        Receipt::Repeated => ("repeated", Vec::new()),
        Receipt::Rejected(_) => ("rejected", Vec::new()),
    }
}

/// The number of withheld fields, and the document of the disclosed ones.
pub(super) fn read_body(body: &BodyPart) -> (Option<usize>, Option<Box<RawValue>>) {
    match body {
        BodyPart::Public { bytes } => (Some(0), serde_json::from_slice(bytes).ok()),
        BodyPart::Sealed { fields: None, .. } => (None, None),
        BodyPart::Sealed { fields: Some(fields), .. } => {
            let disclosed: Vec<_> = fields
                .iter()
                .filter_map(|field| match field {
                    FieldPart::Disclosed(field) => Some(field),
                    FieldPart::Withheld(_) => None,
                })
                .collect();
            (Some(fields.len().saturating_sub(disclosed.len())), assemble(&disclosed))
        }
    }
}

/// The text form of a UUID (RFC 9562 section 4).
pub(crate) fn uuid(tenant: TenantId) -> String {
    let mut text = hex::encode(tenant.0);
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

/// The end of the year 9999, the last instant that RFC 3339 can express.
const TIMESTAMP_MS_MAX: u64 = 253_402_300_799_999;

pub(super) fn rfc3339(timestamp: TimestampMs) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let nanoseconds = i128::from(timestamp.0.min(TIMESTAMP_MS_MAX)).saturating_mul(1_000_000);
    let instant = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    instant.format(&format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_ids_are_written_as_their_standards_say() {
        assert_eq!(rfc3339(TimestampMs(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(TimestampMs(1_767_225_599_123)), "2025-12-31T23:59:59.123Z");
        assert_eq!(rfc3339(TimestampMs(u64::MAX)), "9999-12-31T23:59:59.999Z");
        let id = std::array::from_fn(|at| u8::try_from(at).expect("an index below 16 fits a byte"));
        assert_eq!(uuid(TenantId(id)), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }
}
