//! Numbers the events of a batch and writes their runs. Invariant: the numbers continue those of the tenant's last run,
//! which the same transaction reads. A tenant's events are on one shard, and one session writes a shard.

use super::{
    content::{EventContent, Part},
    name::{named, stored_name},
    span::Spans,
    subject::Subjects,
};
use crate::{
    batch::AppliedRecord,
    column::{self, ColumnError},
    insert::{Insert, Statement, Table},
    slice::{concerned, content, event_type},
    tenant,
};
use chain_types::{Height, ShardId, TenantId, TimestampMs, id::home_shard};
use sqlx::{PgConnection, Row as _, types::Uuid};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TABLES: &[Table] = &[EVENT_RUN, EVENT_CONTENT, EVENT_NAME];

const EVENT_RUN: Table = Table { name: "event_run", key: &["tenant_id", "first_sequence"] };
const EVENT_CONTENT: Table = Table { name: "event_content", key: &["tenant_id", "height", "record_index"] };
const EVENT_NAME: Table = Table { name: "event_name", key: &["tenant_id", "name", "height", "record_index"] };

/// The bytes after which a part of the contents of a run ends, so that one event is read without all of them.
const PART_BYTES: usize = 4 * 1_024;

/// The partition of every tenant. Tenants with several are not supported.
const PARTITION: u16 = 0;

/// The events of a tenant in a block.
#[derive(Debug)]
struct Run {
    shard: ShardId,
    timestamp_ms: TimestampMs,
    spans: Spans,
    subjects: Subjects,
    contents: Contents,
}

/// The contents of a run, in parts.
#[derive(Debug, Default)]
struct Contents {
    parts: Vec<Part>,
    /// The bytes of the last part.
    bytes: usize,
}

impl Contents {
    fn push(&mut self, record_index: u32, content: &EventContent) {
        if let Some(last) = self.parts.last_mut().filter(|_| self.bytes < PART_BYTES) {
            last.push((record_index, content.clone()));
            self.bytes += content.bytes();
        } else {
            self.parts.push(vec![(record_index, content.clone())]);
            self.bytes = content.bytes();
        }
    }
}

/// The runs of a batch, not yet numbered, in the order of the blocks.
#[derive(Debug)]
pub(crate) struct Rows {
    shards: u16,
    runs: BTreeMap<(Height, TenantId), Run>,
    names: Vec<NewName>,
}

/// A record with a name.
#[derive(Debug)]
struct NewName {
    tenant: TenantId,
    name: Uuid,
    height: Height,
    record_index: u32,
}

/// A run with the number of its first event.
struct Numbered<'r> {
    tenant: TenantId,
    first_sequence: u64,
    height: Height,
    run: &'r Run,
}

impl Rows {
    /// No runs, on a chain of `shards` shards.
    pub(crate) const fn new(shards: u16) -> Self {
        Self { shards, runs: BTreeMap::new(), names: Vec::new() }
    }

    /// Adds a record for each tenant that it concerns and whose home is the record's shard. Records are added in the
    /// order of the chain. `name` is what its domain calls the subject of the event, when that is no subject of the
    /// record.
    pub(crate) fn push(&mut self, record: &AppliedRecord<'_>, name: Option<String>) {
        let content = content(record);
        let name = name.or_else(|| content.as_ref().and_then(EventContent::name));
        let [first, second] = concerned(record.event, &record.entry.core.command);
        let tenants: BTreeSet<TenantId> = [Some(record.tenant), first, second].into_iter().flatten().collect();
        let header = record.header;
        let shards = self.shards;
        let is_home = |tenant: &TenantId| home_shard(*tenant, PARTITION, shards) == header.shard;
        for tenant in tenants.into_iter().filter(is_home) {
            let new = || Run {
                shard: header.shard,
                timestamp_ms: header.timestamp_ms,
                spans: Spans::default(),
                subjects: Subjects::default(),
                contents: Contents::default(),
            };
            let run = self.runs.entry((header.height, tenant)).or_insert_with(new);
            run.spans.push(record.record_index, event_type(record.event).code);
            let subjects = &record.entry.core.subjects;
            match &name {
                None => run.subjects.push(subjects),
                Some(name) => {
                    let name = named(tenant, name);
                    run.subjects.push(&[subjects.as_slice(), &[name]].concat());
                    let (name, record_index) = (stored_name(name), record.record_index);
                    self.names.push(NewName { tenant, name, height: header.height, record_index });
                }
            }
            if let Some(content) = &content {
                run.contents.push(record.record_index, content);
            }
        }
    }

    /// Numbers the events and returns the statements that write them, for the transaction that `connection` has open.
    pub(crate) async fn statements(&self, connection: &mut PgConnection) -> Result<Vec<Statement>, sqlx::Error> {
        if self.runs.is_empty() {
            return Ok(Vec::new());
        }
        let tenants: BTreeSet<TenantId> = self.runs.keys().map(|(_, tenant)| *tenant).collect();
        let mut next = next_numbers(connection, tenants).await?;
        let numbered: Vec<_> = self
            .runs
            .iter()
            .map(|(&(height, tenant), run)| {
                let next = next.entry(tenant).or_insert(1);
                let first_sequence = *next;
                *next += u64::from(run.spans.count());
                Numbered { tenant, first_sequence, height, run }
            })
            .collect();
        let statements = [insert(&numbered)?, insert_contents(&numbered)?, insert_names(&self.names)?];
        Ok(statements.into_iter().flatten().collect())
    }
}

/// The number after a tenant's last event, for each tenant that has events, in the schema of the session's search path.
async fn next_numbers(
    connection: &mut PgConnection,
    tenants: BTreeSet<TenantId>,
) -> Result<BTreeMap<TenantId, u64>, sqlx::Error> {
    let tenants: Vec<Uuid> = tenants.into_iter().map(tenant::uuid).collect();
    let found = sqlx::query(
        "SELECT wanted.tenant_id, last.first_sequence + last.count AS next
         FROM unnest($1::uuid[]) AS wanted (tenant_id)
         CROSS JOIN LATERAL (SELECT r.first_sequence, r.count FROM event_run r
             WHERE r.tenant_id = wanted.tenant_id ORDER BY r.first_sequence DESC LIMIT 1) AS last",
    );
    let found = found.bind(tenants).fetch_all(connection).await?;
    found.iter().map(|row| Ok((tenant::from_uuid(row.try_get("tenant_id")?), column::get(row, "next")?))).collect()
}

fn insert(runs: &[Numbered<'_>]) -> Result<Vec<Statement>, ColumnError> {
    Insert::documents_into(EVENT_RUN, runs, |row| row.run.spans.bytes() + row.run.subjects.bytes())
        .column("tenant_id", |row| row.tenant)
        .column("first_sequence", |row| row.first_sequence)
        .column("shard", |row| row.run.shard)
        .column("height", |row| row.height)
        .column("timestamp_ms", |row| row.run.timestamp_ms)
        .column("count", |row| row.run.spans.count())
        .column("spans", |row| row.run.spans.clone())
        .column("subjects", |row| row.run.subjects.clone())
        .statements()
}

fn insert_contents(runs: &[Numbered<'_>]) -> Result<Vec<Statement>, ColumnError> {
    let parts = runs.iter().flat_map(|run| run.run.contents.parts.iter().map(move |part| (run, part)));
    let rows: Vec<_> = parts.collect();
    Insert::documents_into(EVENT_CONTENT, &rows, |_| PART_BYTES)
        .column("tenant_id", |(run, _)| run.tenant)
        .column("height", |(run, _)| run.height)
        .column("record_index", |(_, part)| part.first().map_or(0, |(record_index, _)| *record_index))
        .column("content", |(_, part)| Part::clone(part))
        .statements()
}

fn insert_names(names: &[NewName]) -> Result<Vec<Statement>, ColumnError> {
    Insert::into(EVENT_NAME, names)
        .column("tenant_id", |row| row.tenant)
        .column("name", |row| row.name)
        .column("height", |row| row.height)
        .column("record_index", |row| row.record_index)
        .statements()
}
