//! Reads an event's row from a record's document. Invariant: a document that cannot become a row is skipped without an
//! error. No tenant's data can stop the index.

use crate::{
    batch::AppliedRecord,
    provenance::row::{EventRow, identifier_text, text_hash},
};
use standards_epcis::{
    document::read_record,
    extract::{IdentifierRole, IndexFields, index_fields},
    hash::event_hash_id,
};

/// The rows of one record.
#[derive(Debug)]
pub(super) struct NewEvent {
    pub(super) row: EventRow,
    /// The column `identifiers`.
    pub(super) identifiers: Vec<String>,
    /// The role and hash of each identifier, each pair once.
    pub(super) identifier_hashes: Vec<(IdentifierRole, i64)>,
}

impl NewEvent {
    /// The size of the longest columns, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.row.document.len() + self.identifiers.iter().map(String::len).sum::<usize>()
    }
}

/// Reads a record's document; `None` when it is no event, or contains U+0000, which Postgres cannot store.
pub(super) fn read_event(document: Vec<u8>, record: &AppliedRecord<'_>, declares_error: bool) -> Option<NewEvent> {
    let document = String::from_utf8(document).ok()?;
    let content = read_record(document.as_bytes()).ok()?;
    let fields = index_fields(&content.event, &content.context);
    let event_id = match &fields.event_id {
        Some(id) => id.clone().into_owned(),
        None => event_hash_id(&content.event, &content.context),
    };
    if has_nul(&fields) || event_id.contains('\0') || document.contains('\0') {
        return None;
    }
    let identifiers = fields.identifiers.iter().map(|it| identifier_text(it.role, &it.canonical)).collect();
    let mut identifier_hashes: Vec<_> =
        fields.identifiers.iter().map(|it| (it.role, text_hash(&it.canonical))).collect();
    identifier_hashes.sort_unstable();
    identifier_hashes.dedup();
    let row = EventRow {
        tenant: record.tenant,
        shard: record.header.shard,
        height: record.header.height,
        record_index: record.record_index,
        tx_id: record.tx_id,
        command_index: record.command_index,
        event_id,
        event_type: fields.event_type,
        event_time_ms: fields.event_time_ms,
        record_time_ms: record.header.timestamp_ms,
        action: fields.action,
        biz_step: fields.biz_step.map(Into::into),
        disposition: fields.disposition.map(Into::into),
        read_point: fields.read_point.map(Into::into),
        biz_location: fields.biz_location.map(Into::into),
        declares_error,
        leaf: record.leaf,
        document: String::new(),
    };
    // The fields borrow from the document up to this line.
    Some(NewEvent { row: EventRow { document, ..row }, identifiers, identifier_hashes })
}

fn has_nul(fields: &IndexFields<'_>) -> bool {
    let single = [&fields.biz_step, &fields.disposition, &fields.read_point, &fields.biz_location];
    let identifiers = fields.identifiers.iter().map(|it| &it.canonical);
    single.into_iter().flatten().chain(identifiers).any(|text| text.contains('\0'))
}
