//! The contents of a verified stream. Invariant: a report is made only from verified parts, and has one entry for each
//! record of the stream.

use super::record::{read_body, read_receipt, rfc3339, uuid};
use crate::bundle::{RecordPart, StreamPart};
use chain_types::{Digest, TenantId};
use serde::Serialize;
use serde_json::value::RawValue;

/// The end of the name of an event that declares an earlier record erroneous, in every slice.
const ERROR_DECLARED: &str = ".error_declared";

/// A verified stream.
#[derive(Clone, Debug, Serialize)]
pub struct StreamReport {
    /// The UUID of the tenant that made the records. The proof says nothing about records of other tenants.
    pub tenant: String,
    /// The kind of the stream's subject.
    pub kind: String,
    /// The subject's identifier.
    pub id: String,
    /// The number of records, all of them listed. 0 is a proven absence.
    pub count: usize,
    /// Always true, since an incomplete stream does not verify.
    pub complete: bool,
    /// The shard that keeps the stream.
    pub shard: u16,
    /// The height up to which the stream is complete.
    pub height: u64,
    /// The time of that block: RFC 3339, UTC, milliseconds.
    pub timestamp: String,
    /// The records in stream order, as many as `count`.
    pub records: Vec<StreamRecordReport>,
}

/// One record of a verified stream.
#[derive(Clone, Debug, Serialize)]
pub struct StreamRecordReport {
    /// The record's leaf in hexadecimal.
    pub leaf: String,
    /// The content. `None` when the bundle proves only that the record exists.
    pub opened: Option<OpenedReport>,
}

/// The content of a record that a stream opens. Members are those of [`super::RecordReport`]. The time and block of
/// the record are not part of the proof.
#[derive(Clone, Debug, Serialize)]
pub struct OpenedReport {
    /// `applied`, because no other record joins a stream.
    pub outcome: &'static str,
    /// The events, in order.
    pub events: Vec<&'static str>,
    /// The number of withheld fields of the document. `None` when they are unknown.
    pub withheld: Option<usize>,
    /// The disclosed part of the document.
    pub document: Option<Box<RawValue>>,
}

impl StreamReport {
    /// `own` is the bundle's record with its leaf. The stream need not repeat it.
    pub(crate) fn of(stream: &StreamPart, own: Option<(&RecordPart, Digest)>) -> Self {
        let listed = stream.records.iter().flatten().map(Option::as_ref).chain(std::iter::repeat(None));
        let records = stream.leaves.iter().zip(listed).map(|(leaf, record)| {
            let own = own.filter(|(_, own)| own == leaf).map(|(record, _)| record);
            StreamRecordReport { leaf: leaf.to_string(), opened: record.or(own).map(OpenedReport::of) }
        });
        Self {
            tenant: uuid(TenantId(stream.tenant)),
            kind: stream.subject.kind.clone(),
            id: stream.subject.id.clone(),
            count: stream.leaves.len(),
            complete: true,
            shard: stream.block.header.shard.0,
            height: stream.block.header.height.0,
            timestamp: rfc3339(stream.block.header.timestamp_ms),
            records: records.collect(),
        }
    }
}

impl OpenedReport {
    fn of(record: &RecordPart) -> Self {
        let (outcome, events) = read_receipt(&record.receipt);
        let (withheld, document) = read_body(&record.body);
        Self { outcome, events, withheld, document }
    }

    /// Whether the record declares an earlier one erroneous, by the name of its event.
    pub fn declares_error(&self) -> bool {
        self.events.iter().any(|name| name.ends_with(ERROR_DECLARED))
    }
}
