//! Rows as columns, written a few thousand at a time. Invariant: a statement is bounded in rows and bytes, whatever a
//! block holds.
//!
//! UNNEST rather than COPY: COPY FROM is not to be had under row-level security, and copying into a temporary table
//! first costs more than it saves.

use super::open::OpenedEvent;
use crate::{batch::RecordRef, column, provenance::row::text_hash, tenant};
use chain_types::BlockHeader;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Events of one statement.
pub(super) const EVENTS_PER_STATEMENT_MAX: usize = 2_000;
/// Bytes of documents of one statement; a single document may be larger.
pub(super) const BYTES_PER_STATEMENT_MAX: usize = 4 * 1024 * 1024;
/// Identifiers of one statement.
pub(super) const IDENTIFIERS_PER_STATEMENT_MAX: usize = 10_000;

/// The rows of a batch, cut into statements.
#[derive(Debug, Default)]
pub(super) struct Rows {
    events: Vec<EventColumns>,
    identifiers: Vec<IdentifierColumns>,
    /// Events and error declarations by tenant and shard.
    totals: BTreeMap<(Uuid, i16), (i64, i64)>,
}

#[derive(Debug, Default)]
struct EventColumns {
    tenant_id: Vec<Uuid>,
    shard: Vec<i16>,
    height: Vec<i64>,
    record_index: Vec<i32>,
    command_index: Vec<i32>,
    event_id_hash: Vec<i64>,
    event_time_ms: Vec<i64>,
    record_time_ms: Vec<i64>,
    event_type: Vec<i16>,
    action: Vec<Option<i16>>,
    declares_error: Vec<bool>,
    tx_id: Vec<Vec<u8>>,
    leaf: Vec<Vec<u8>>,
    event_id: Vec<String>,
    biz_step: Vec<Option<String>>,
    disposition: Vec<Option<String>>,
    read_point: Vec<Option<String>>,
    biz_location: Vec<Option<String>>,
    identifiers: Vec<String>,
    document: Vec<String>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct IdentifierColumns {
    tenant_id: Vec<Uuid>,
    identifier_hash: Vec<i64>,
    shard: Vec<i16>,
    height: Vec<i64>,
    record_index: Vec<i32>,
    role: Vec<i16>,
}

impl Rows {
    /// Adds the rows of one event.
    pub(super) fn push(
        &mut self,
        header: &BlockHeader,
        record: &RecordRef<'_>,
        declares_error: bool,
        event: OpenedEvent,
    ) {
        let tenant_id = tenant::uuid(record.tenant);
        let shard = column::small(header.shard);
        let height = column::big(header.height.0);
        let record_index = column::int(record.record_index);
        for (role, identifier_hash) in &event.identifier_hashes {
            let columns = last(&mut self.identifiers, |columns| columns.role.len() >= IDENTIFIERS_PER_STATEMENT_MAX);
            columns.tenant_id.push(tenant_id);
            columns.identifier_hash.push(*identifier_hash);
            columns.shard.push(shard);
            columns.height.push(height);
            columns.record_index.push(record_index);
            columns.role.push(*role);
        }
        let total = self.totals.entry((tenant_id, shard)).or_default();
        total.0 += 1;
        total.1 += i64::from(declares_error);

        let bytes = event.document.len() + event.identifiers.len();
        let columns = last(&mut self.events, |columns| {
            columns.height.len() >= EVENTS_PER_STATEMENT_MAX || columns.bytes + bytes > BYTES_PER_STATEMENT_MAX
        });
        columns.bytes += bytes;
        columns.tenant_id.push(tenant_id);
        columns.shard.push(shard);
        columns.height.push(height);
        columns.record_index.push(record_index);
        columns.command_index.push(i32::try_from(record.command_index).unwrap_or(i32::MAX));
        columns.event_id_hash.push(text_hash(&event.event_id));
        columns.event_time_ms.push(event.event_time_ms);
        columns.record_time_ms.push(column::big(header.timestamp_ms.0));
        columns.event_type.push(event.event_type);
        columns.action.push(event.action);
        columns.declares_error.push(declares_error);
        columns.tx_id.push(record.tx_id.0.as_bytes().to_vec());
        columns.leaf.push(record.leaf.as_bytes().to_vec());
        columns.event_id.push(event.event_id);
        columns.biz_step.push(event.biz_step);
        columns.disposition.push(event.disposition);
        columns.read_point.push(event.read_point);
        columns.biz_location.push(event.biz_location);
        columns.identifiers.push(event.identifiers);
        columns.document.push(event.document);
    }

    pub(super) async fn insert(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for columns in &self.events {
            insert_events(&mut *connection, columns).await?;
        }
        for columns in &self.identifiers {
            insert_identifiers(&mut *connection, columns).await?;
        }
        if self.totals.is_empty() { Ok(()) } else { add_totals(connection, &self.totals).await }
    }
}

/// The last set of columns, or a new one when there is none or it is full. A new one takes anything.
fn last<Columns: Default>(all: &mut Vec<Columns>, is_full: impl Fn(&Columns) -> bool) -> &mut Columns {
    if all.last().is_none_or(is_full) {
        all.push(Columns::default());
    }
    all.last_mut().expect("one was pushed if there was none")
}

async fn insert_events(connection: &mut PgConnection, columns: &EventColumns) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO provenance_event (tenant_id, shard, height, record_index, command_index,
            event_id_hash, event_time_ms, record_time_ms, event_type, action, declares_error, tx_id, leaf, event_id,
            biz_step, disposition, read_point, biz_location, identifiers, document)
        SELECT tenant_id, shard, height, record_index, command_index, event_id_hash, event_time_ms, record_time_ms,
            event_type, action, declares_error, tx_id, leaf, event_id, biz_step, disposition, read_point, biz_location,
            identifiers::jsonb, document
        FROM UNNEST($1::uuid[], $2::smallint[], $3::bigint[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::smallint[], $10::smallint[], $11::boolean[], $12::bytea[], $13::bytea[], $14::text[],
            $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
            AS row (tenant_id, shard, height, record_index, command_index, event_id_hash, event_time_ms,
            record_time_ms, event_type, action, declares_error, tx_id, leaf, event_id, biz_step, disposition,
            read_point, biz_location, identifiers, document)";
    sqlx::query(INSERT)
        .bind(&columns.tenant_id)
        .bind(&columns.shard)
        .bind(&columns.height)
        .bind(&columns.record_index)
        .bind(&columns.command_index)
        .bind(&columns.event_id_hash)
        .bind(&columns.event_time_ms)
        .bind(&columns.record_time_ms)
        .bind(&columns.event_type)
        .bind(&columns.action)
        .bind(&columns.declares_error)
        .bind(&columns.tx_id)
        .bind(&columns.leaf)
        .bind(&columns.event_id)
        .bind(&columns.biz_step)
        .bind(&columns.disposition)
        .bind(&columns.read_point)
        .bind(&columns.biz_location)
        .bind(&columns.identifiers)
        .bind(&columns.document)
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_identifiers(connection: &mut PgConnection, columns: &IdentifierColumns) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO provenance_identifier
            (tenant_id, identifier_hash, shard, height, record_index, role)
        SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::smallint[], $4::bigint[], $5::integer[], $6::smallint[])";
    sqlx::query(INSERT)
        .bind(&columns.tenant_id)
        .bind(&columns.identifier_hash)
        .bind(&columns.shard)
        .bind(&columns.height)
        .bind(&columns.record_index)
        .bind(&columns.role)
        .execute(connection)
        .await
        .map(drop)
}

async fn add_totals(
    connection: &mut PgConnection,
    totals: &BTreeMap<(Uuid, i16), (i64, i64)>,
) -> Result<(), sqlx::Error> {
    const ADD: &str = "INSERT INTO provenance_total AS total (tenant_id, shard, events, error_declarations)
        SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[])
        ON CONFLICT (tenant_id, shard) DO UPDATE SET events = total.events + EXCLUDED.events,
            error_declarations = total.error_declarations + EXCLUDED.error_declarations";
    sqlx::query(ADD)
        .bind(totals.keys().map(|(tenant_id, _)| *tenant_id).collect::<Vec<_>>())
        .bind(totals.keys().map(|(_, shard)| *shard).collect::<Vec<_>>())
        .bind(totals.values().map(|(events, _)| *events).collect::<Vec<_>>())
        .bind(totals.values().map(|(_, declarations)| *declarations).collect::<Vec<_>>())
        .execute(connection)
        .await
        .map(drop)
}
