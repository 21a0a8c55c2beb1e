//! Builds the rows of EPCIS events from applied records. Invariant: the rows depend only on the records and their
//! documents. The same blocks yield the same rows in an empty schema.

mod document;
mod element;
mod term;
mod value;

use super::row::{role_bit, subject_hash, text_hash};
use crate::{
    batch::AppliedRecord,
    column::ColumnError,
    insert::{Insert, Statement, Table},
    open::{Document, Keys, Skipped},
};
use chain_types::{Height, ShardId, Subject, TenantId, provenance::Event, stream::kind};
use document::NewEvent;
use element::NewVersion;
use sqlx::types::Uuid;
use standards_epcis::extract::IdentifierRole;
use std::collections::BTreeMap;

pub(crate) const TABLES: &[Table] = &[EVENT, MASTER_DATA, PATTERN, STREAM, TERM, TOTAL, VALUE];

const EVENT: Table = Table { name: "provenance_event", key: &["tenant_id", "shard", "height", "record_index"] };
const MASTER_DATA: Table =
    Table { name: "provenance_master_data", key: &["tenant_id", "subject", "shard", "height", "record_index"] };
const PATTERN: Table =
    Table { name: "provenance_pattern", key: &["tenant_id", "pattern_key", "shard", "height", "record_index", "role"] };
const STREAM: Table =
    Table { name: "provenance_stream", key: &["tenant_id", "subject", "shard", "height", "record_index"] };
const TERM: Table =
    Table { name: "provenance_term", key: &["tenant_id", "kind", "value_hash", "shard", "height", "record_index"] };
const TOTAL: Table = Table { name: "provenance_total", key: &["tenant_id", "shard"] };
const VALUE: Table = Table { name: "provenance_value", key: &["tenant_id", "kind", "value", "shard"] };

/// A record of a stream.
#[derive(Debug)]
struct StreamEntry {
    tenant: TenantId,
    subject: Uuid,
    shard: ShardId,
    height: Height,
    record_index: u32,
    /// A bit for each role of the identifier in the event.
    roles: i16,
}

/// The rows of a batch, and the number of records without a row.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    events: Vec<NewEvent>,
    streams: Vec<StreamEntry>,
    values: value::Values,
    elements: Vec<NewVersion>,
    pub(crate) skipped: Skipped,
}

impl Rows {
    /// Adds the rows of a record. Returns the id of master data, which is no subject of its record: the subject has the
    /// vocabulary, too.
    pub(crate) fn push(&mut self, event: &Event, record: &AppliedRecord<'_>, keys: &Keys) -> Option<String> {
        let declares_error = match event {
            Event::EventCaptured { .. } => false,
            Event::ErrorDeclared { .. } => true,
            Event::MasterDataRecorded { element } => return self.push_element(*element, record, keys),
        };
        let event = match keys.open(record) {
            Document::Erased => {
                self.skipped.erased += 1;
                self.push_streams(record, &[], keys);
                return None;
            }
            Document::Open(document) => NewEvent::read(document, record, declares_error),
            Document::Unreadable => NewEvent::sealed(record, declares_error),
        };
        self.skipped.unreadable += u64::from(event.row.unreadable.is_some());
        self.push_streams(record, &event.identifiers, keys);
        self.values.push(&event);
        self.events.push(event);
        None
    }

    /// Adds the version of an element. A record that cannot be read has a row, too: it is the newest version.
    fn push_element(&mut self, element: Subject, record: &AppliedRecord<'_>, keys: &Keys) -> Option<String> {
        self.push_streams(record, &[], keys);
        let version = NewVersion::read(element, record, keys, &mut self.skipped);
        let id = version.id().map(str::to_owned);
        self.elements.push(version);
        id
    }

    /// Adds a row for each subject of a record. The ledger counts a record in the streams of its subjects, whatever its
    /// body contains; an identifier of the body that is none of them gets no row.
    fn push_streams(&mut self, record: &AppliedRecord<'_>, identifiers: &[(IdentifierRole, String)], keys: &Keys) {
        let subjects = record.entry.core.subjects.iter().copied();
        let mut roles: BTreeMap<Uuid, i16> = subjects.map(|subject| (subject_hash(subject), 0)).collect();
        if let Some(key) = keys.subject_key(record.tenant) {
            for (role, canonical) in identifiers {
                let subject = subject_hash(key.subject(record.tenant, kind::EPC, canonical));
                if let Some(bits) = roles.get_mut(&subject) {
                    *bits |= role_bit(*role);
                    self.values.push_identifier(record, *role, canonical);
                }
            }
        }
        self.streams.extend(roles.into_iter().map(|(subject, roles)| StreamEntry {
            tenant: record.tenant,
            subject,
            shard: record.header.shard,
            height: record.header.height,
            record_index: record.record_index,
            roles,
        }));
    }

    /// Builds the statements that write the rows.
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        let tables = [
            insert_events(&self.events)?,
            insert_patterns(&self.events)?,
            insert_streams(&self.streams)?,
            term::insert_terms(&self.events)?,
            add_totals(&self.events)?,
            self.values.statements()?,
            element::insert_versions(&self.elements)?,
        ];
        Ok(tables.into_iter().flatten().collect())
    }
}

fn insert_events(events: &[NewEvent]) -> Result<Vec<Statement>, ColumnError> {
    Insert::documents_into(EVENT, events, NewEvent::bytes)
        .column("tenant_id", |event| event.row.tenant)
        .column("shard", |event| event.row.shard)
        .column("height", |event| event.row.height)
        .column("record_index", |event| event.row.record_index)
        .column("command_index", |event| event.row.command_index)
        .column("event_id_hash", |event| text_hash(&event.row.event_id))
        .column("event_time_ms", |event| event.row.event_time_ms)
        .column("event_time_rest", |event| event.row.event_time_rest.as_str())
        .column("record_time_ms", |event| event.row.record_time_ms)
        .column("event_type", |event| event.row.event_type)
        .column("own_type", |event| event.row.own_type.as_deref())
        .column("action", |event| event.row.action)
        .column("declares_error", |event| event.row.declares_error)
        .column("unreadable", |event| event.row.unreadable)
        .column("tx_id", |event| event.row.tx_id)
        .column("leaf", |event| event.row.leaf)
        .column("event_id", |event| event.row.event_id.as_str())
        .column("biz_step", |event| event.row.biz_step.as_deref())
        .column("disposition", |event| event.row.disposition.as_deref())
        .column("read_point", |event| event.row.read_point.as_deref())
        .column("biz_location", |event| event.row.biz_location.as_deref())
        .column("document", |event| event.row.document.as_str())
        .statements()
}

fn insert_patterns(events: &[NewEvent]) -> Result<Vec<Statement>, ColumnError> {
    let keys = events
        .iter()
        .flat_map(|event| event.pattern_keys.iter().map(|(role, pattern_key)| (&event.row, *role, pattern_key)));
    let rows: Vec<_> = keys.collect();
    Insert::into(PATTERN, &rows)
        .column("tenant_id", |(event, ..)| event.tenant)
        .column("pattern_key", |(.., pattern_key)| pattern_key.as_str())
        .column("shard", |(event, ..)| event.shard)
        .column("height", |(event, ..)| event.height)
        .column("record_index", |(event, ..)| event.record_index)
        .column("role", |(_, role, _)| *role)
        .statements()
}

fn insert_streams(entries: &[StreamEntry]) -> Result<Vec<Statement>, ColumnError> {
    Insert::into(STREAM, entries)
        .column("tenant_id", |entry| entry.tenant)
        .column("subject", |entry| entry.subject)
        .column("shard", |entry| entry.shard)
        .column("height", |entry| entry.height)
        .column("record_index", |entry| entry.record_index)
        .column("roles", |entry| entry.roles)
        .statements()
}

fn add_totals(events: &[NewEvent]) -> Result<Vec<Statement>, ColumnError> {
    let mut totals = BTreeMap::<(TenantId, ShardId), (u64, u64)>::new();
    for NewEvent { row, .. } in events {
        let (events, error_declarations) = totals.entry((row.tenant, row.shard)).or_default();
        *events += 1;
        *error_declarations += u64::from(row.declares_error);
    }
    let rows: Vec<_> = totals.into_iter().collect();
    Insert::into(TOTAL, &rows)
        .column("tenant_id", |((tenant, _), _)| *tenant)
        .column("shard", |((_, shard), _)| *shard)
        .column("events", |(_, (events, _))| *events)
        .column("error_declarations", |(_, (_, error_declarations))| *error_declarations)
        .or_add()
        .statements()
}
