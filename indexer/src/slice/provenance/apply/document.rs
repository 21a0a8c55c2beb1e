//! Reads an event's row from a record's document. Invariant: every record gets a row. No tenant's data can stop the
//! index, and what cannot be read or stored is missing in its own row alone.

use crate::{
    batch::AppliedRecord,
    provenance::row::{EventRow, Unreadable},
};
use standards_epcis::{
    document::read_record,
    extract::{IdentifierRole, TermKind, index_fields},
    hash::event_hash_id,
    timestamp::Timestamp,
};
use std::panic::catch_unwind;

/// The rows of one record.
#[derive(Debug)]
pub(super) struct NewEvent {
    pub(super) row: EventRow,
    /// The identifiers in canonical form with their roles, each pair once.
    pub(super) identifiers: Vec<(IdentifierRole, String)>,
    /// The keys of the identifiers for EPC patterns, each pair once.
    pub(super) pattern_keys: Vec<(IdentifierRole, String)>,
    /// The values of rare fields in canonical form, each pair once.
    pub(super) terms: Vec<(TermKind, String)>,
}

impl NewEvent {
    /// The size of the longest column, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.row.document.len()
    }

    /// The row of a record whose body was opened.
    pub(super) fn read(document: Vec<u8>, record: &AppliedRecord<'_>, declares_error: bool) -> Self {
        let empty = Self::empty(record, declares_error);
        // A record that makes the reader panic is a fault of ours; it must not stop the index for all tenants.
        let read = catch_unwind(|| String::from_utf8(document.clone()).ok().and_then(read_event));
        let (fields, reason) = match read {
            Ok(Some(fields)) => return empty.with(fields),
            Ok(None) => (hex::encode(document), Unreadable::NotAnEvent),
            Err(_) => (hex::encode(document), Unreadable::ReaderFailed),
        };
        let row = EventRow { document: fields, unreadable: Some(reason), ..empty.row };
        Self { row, ..empty }
    }

    /// The row of a record whose body does not open.
    pub(super) fn sealed(record: &AppliedRecord<'_>, declares_error: bool) -> Self {
        let empty = Self::empty(record, declares_error);
        Self { row: EventRow { unreadable: Some(Unreadable::Sealed), ..empty.row }, ..empty }
    }

    fn empty(record: &AppliedRecord<'_>, declares_error: bool) -> Self {
        let row = EventRow {
            tenant: record.tenant,
            shard: record.header.shard,
            height: record.header.height,
            record_index: record.record_index,
            tx_id: record.tx_id,
            command_index: record.command_index,
            event_id: format!("urn:waymark:record:{}", record.leaf),
            event_type: None,
            own_type: None,
            event_time_ms: i64::try_from(record.header.timestamp_ms.0).unwrap_or(i64::MAX),
            event_time_rest: String::new(),
            record_time_ms: record.header.timestamp_ms,
            action: None,
            biz_step: None,
            disposition: None,
            read_point: None,
            biz_location: None,
            declares_error,
            unreadable: None,
            leaf: record.leaf,
            document: String::new(),
        };
        Self { row, identifiers: Vec::new(), pattern_keys: Vec::new(), terms: Vec::new() }
    }

    /// Adds the fields of an event.
    fn with(self, fields: Fields) -> Self {
        let mut unreadable = None;
        let mut storable = |value: Option<String>| {
            // Postgres cannot store U+0000 in a text.
            value.filter(|text| {
                let is_storable = !text.contains('\0');
                if !is_storable {
                    unreadable = Some(Unreadable::UnstorableValue);
                }
                is_storable
            })
        };
        let event_id = storable(Some(fields.event_id)).unwrap_or(self.row.event_id);
        let [biz_step, disposition, read_point, biz_location, own_type] = fields.texts.map(&mut storable);
        let (event_time_ms, event_time_rest) = match fields.event_time {
            Some(time) => (time.unix_ms(), time.rest()),
            None => (self.row.event_time_ms, String::new()),
        };
        let row = EventRow {
            event_id,
            event_type: Some(fields.event_type),
            own_type,
            event_time_ms,
            event_time_rest,
            action: fields.action,
            biz_step,
            disposition,
            read_point,
            biz_location,
            unreadable,
            document: fields.document,
            ..self.row
        };
        Self { row, identifiers: fields.identifiers, pattern_keys: fields.pattern_keys, terms: fields.terms }
    }
}

/// The fields of an event, as they were read.
struct Fields {
    event_id: String,
    event_type: standards_epcis::event::EventType,
    event_time: Option<Timestamp>,
    action: Option<standards_epcis::event::Action>,
    /// `bizStep`, `disposition`, `readPoint`, `bizLocation`, and the URI of a user's own type.
    texts: [Option<String>; 5],
    identifiers: Vec<(IdentifierRole, String)>,
    pattern_keys: Vec<(IdentifierRole, String)>,
    terms: Vec<(TermKind, String)>,
    document: String,
}

/// Reads a record's document; `None` when it is no event.
fn read_event(document: String) -> Option<Fields> {
    if document.contains('\0') {
        return None;
    }
    let content = read_record(document.as_bytes()).ok()?;
    let fields = index_fields(&content.event, &content.context);
    let event_id = match &fields.event_id {
        Some(id) => id.clone().into_owned(),
        None => event_hash_id(&content.event, &content.context),
    };
    let read = Fields {
        event_id,
        event_type: fields.event_type,
        event_time: fields.event_time,
        action: fields.action,
        texts: [
            fields.biz_step.map(Into::into),
            fields.disposition.map(Into::into),
            fields.read_point.map(Into::into),
            fields.biz_location.map(Into::into),
            fields.own_type.map(Into::into),
        ],
        identifiers: fields.identifiers.into_iter().map(|it| (it.role, it.canonical.into_owned())).collect(),
        pattern_keys: fields.pattern_keys,
        terms: fields.terms.into_iter().map(|term| (term.kind, term.value.into_owned())).collect(),
        document: String::new(),
    };
    // The fields borrow from the document up to this line.
    Some(Fields { document, ..read })
}
