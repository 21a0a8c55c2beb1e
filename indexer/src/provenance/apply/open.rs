//! Reading what a row needs from a record's document. Invariant: a document that cannot become a row is no row and no
//! failure; one tenant's nonsense never stops the index.

use crate::provenance::row::{action_number, event_type_number, identifier_text, text_hash};
use standards_epcis::{
    document::read_record,
    extract::{IndexFields, index_fields},
    hash::event_hash_id,
};

/// What one document adds to the tables.
#[derive(Debug)]
pub(super) struct OpenedEvent {
    pub(super) event_id: String,
    pub(super) event_type: i16,
    pub(super) event_time_ms: i64,
    pub(super) action: Option<i16>,
    pub(super) biz_step: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) read_point: Option<String>,
    pub(super) biz_location: Option<String>,
    /// The column `identifiers`, as JSON text.
    pub(super) identifiers: String,
    /// Role and hash of each identifier.
    pub(super) identifier_hashes: Vec<(i16, i64)>,
    pub(super) document: String,
}

/// Reads a record's document; `None` when it is not one, or holds the letter NUL, which Postgres cannot store.
pub(super) fn read_event(document: Vec<u8>) -> Option<OpenedEvent> {
    let document = String::from_utf8(document).ok()?;
    let record = read_record(document.as_bytes()).ok()?;
    let fields = index_fields(&record.event, &record.context);
    let event_id = match &fields.event_id {
        Some(id) => id.clone().into_owned(),
        None => event_hash_id(&record.event, &record.context),
    };
    let identifiers: Vec<String> =
        fields.identifiers.iter().map(|it| identifier_text(it.role, &it.canonical)).collect();
    if has_nul(&fields) || event_id.contains('\0') || document.contains('\0') {
        return None;
    }
    let mut identifier_hashes: Vec<(i16, i64)> =
        fields.identifiers.iter().map(|it| (i16::from(it.role.number()), text_hash(&it.canonical))).collect();
    identifier_hashes.sort_unstable();
    identifier_hashes.dedup();
    let opened = OpenedEvent {
        event_id,
        event_type: event_type_number(fields.event_type),
        event_time_ms: fields.event_time_ms,
        action: fields.action.map(action_number),
        biz_step: fields.biz_step.map(Into::into),
        disposition: fields.disposition.map(Into::into),
        read_point: fields.read_point.map(Into::into),
        biz_location: fields.biz_location.map(Into::into),
        identifiers: serde_json::to_string(&identifiers).ok()?,
        identifier_hashes,
        document: String::new(),
    };
    Some(OpenedEvent { document, ..opened })
}

fn has_nul(fields: &IndexFields<'_>) -> bool {
    let single = [&fields.biz_step, &fields.disposition, &fields.read_point, &fields.biz_location];
    let identifiers = fields.identifiers.iter().map(|it| &it.canonical);
    single.into_iter().flatten().chain(identifiers).any(|text| text.contains('\0'))
}
