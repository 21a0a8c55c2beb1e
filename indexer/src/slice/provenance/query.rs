//! Finds EPCIS events in the index. Invariant: the functions only read. Every statement names the tenant. Every match
//! by hash is also compared as text.

mod condition;

use super::row::{EventRow, identifier_text, text_hash};
use crate::{
    column::{self, ColumnError},
    tenant,
};
use chain_types::{Digest, Height, ShardId, TenantId, TxId};
use condition::{push_conditions, push_order, push_position};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, QueryBuilder};
use standards_epcis::{
    extract::IdentifierRole,
    query::{EventQuery, OrderBy},
};

/// The position of an event in an ordered answer: a page ends at one, and the next page begins after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EventPosition {
    /// The time that orders the answer, event time or record time, in milliseconds since 1970 UTC.
    pub time_ms: i64,
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
}

impl EventPosition {
    fn of(row: &EventRow, order_by: OrderBy) -> Result<Self, ColumnError> {
        let time_ms = match order_by {
            OrderBy::EventTime => row.event_time_ms,
            OrderBy::RecordTime => column::stored("record_time_ms", row.record_time_ms)?,
        };
        Ok(Self { time_ms, shard: row.shard, height: row.height, record_index: row.record_index })
    }
}

/// A page of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventPage {
    /// The events, in the query's order.
    pub rows: Vec<EventRow>,
    /// The position after which the next page begins; `None` on the last page.
    pub next: Option<EventPosition>,
}

/// Answers the EPCIS simple event query (EPCIS 2.0 section 8.2.7.1) with at most `limit` events after a position.
/// Ignores `query.per_page`, `query.next_page_token` and `query.limit`, which are up to the caller.
///
/// Equal times are ordered by shard, height and index, so pages neither overlap nor have gaps. Exact identifiers are
/// found by their hash; a pattern reads the tenant's events in order until the page is full.
///
/// # Errors
/// [`sqlx::Error`] when the database fails or the statement exceeds the session's time limit.
pub async fn find_events(
    connection: &mut PgConnection,
    tenant: TenantId,
    query: &EventQuery,
    after: Option<&EventPosition>,
    limit: u32,
) -> Result<EventPage, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new("SELECT ");
    statement.push(EventRow::COLUMNS).push(" FROM index.provenance_event e");
    push_conditions(&mut statement, tenant, query);
    if let Some(after) = after {
        push_position(&mut statement, query, after)?;
    }
    push_order(&mut statement, query);
    // One additional row shows whether there is a next page.
    statement.push(" LIMIT ").push_bind(i64::from(limit) + 1);
    let found = statement.build().fetch_all(connection).await?;
    let mut rows = found.iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
    let limit = usize::try_from(limit).expect("usize has at least 32 bits");
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|last| EventPosition::of(last, query.order_by));
    Ok(EventPage { rows, next: next.transpose()? })
}

/// Counts the events that a query finds, up to `count_max`.
///
/// # Errors
/// As [`find_events`].
pub async fn count_events(
    connection: &mut PgConnection,
    tenant: TenantId,
    query: &EventQuery,
    count_max: u32,
) -> Result<u32, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new("SELECT count(*) FROM (SELECT FROM index.provenance_event e");
    push_conditions(&mut statement, tenant, query);
    statement.push(" LIMIT ").push_bind(i64::from(count_max)).push(") AS found");
    let count: i64 = statement.build_query_scalar().fetch_one(connection).await?;
    Ok(u32::try_from(count).expect("a count is at most `count_max`"))
}

/// Returns the events of one id in stream order: the event, and error declarations for it. At most `limit`.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_by_event_id(
    connection: &mut PgConnection,
    tenant: TenantId,
    event_id: &str,
    limit: u32,
) -> Result<Vec<EventRow>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.provenance_event e
         WHERE e.tenant_id = $1 AND e.event_id_hash = $2 AND e.event_id = $3
         ORDER BY e.shard, e.height, e.record_index LIMIT $4",
        EventRow::COLUMNS
    );
    // The text consists of constants only.
    let find = sqlx::query(AssertSqlSafe(statement)).bind(tenant::uuid(tenant)).bind(text_hash(event_id));
    let found = find.bind(event_id).bind(i64::from(limit)).fetch_all(connection).await?;
    found.iter().map(EventRow::read).collect()
}

/// Returns the event of one record.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_event_at(
    connection: &mut PgConnection,
    tenant: TenantId,
    shard: ShardId,
    height: Height,
    record_index: u32,
) -> Result<Option<EventRow>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.provenance_event e
         WHERE e.tenant_id = $1 AND e.shard = $2 AND e.height = $3 AND e.record_index = $4",
        EventRow::COLUMNS
    );
    let find = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(column::stored("shard", shard)?)
        .bind(column::stored("height", height)?)
        .bind(column::stored("record_index", record_index)?);
    find.fetch_optional(connection).await?.as_ref().map(EventRow::read).transpose()
}

/// A record of an identifier's stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRecord {
    pub shard: ShardId,
    pub height: Height,
    /// The index of the record within the block.
    pub record_index: u32,
    pub tx_id: TxId,
    /// The index of the command within the transaction.
    pub command_index: u32,
    pub leaf: Digest,
}

column::readable!(StreamRecord { shard, height, record_index, tx_id, command_index, leaf });

/// Returns the records that name an identifier (in canonical form) in any role, in the order of its stream; at most
/// `limit`. Records whose key was deleted are missing: the stream's head on the ledger contains their number.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn stream_records(
    connection: &mut PgConnection,
    tenant: TenantId,
    canonical: &str,
    limit: u32,
) -> Result<Vec<StreamRecord>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.provenance_event e
         JOIN (SELECT DISTINCT shard, height, record_index FROM index.provenance_identifier
               WHERE tenant_id = $1 AND identifier_hash = $2) AS named USING (shard, height, record_index)
         WHERE e.tenant_id = $1 AND e.identifiers ?| $3
         ORDER BY e.shard, e.height, e.record_index LIMIT $4",
        StreamRecord::COLUMNS
    );
    let texts: Vec<_> = IdentifierRole::ALL.map(|role| identifier_text(role, canonical)).into();
    let stream = sqlx::query(AssertSqlSafe(statement)).bind(tenant::uuid(tenant)).bind(text_hash(canonical));
    let found = stream.bind(texts).bind(i64::from(limit)).fetch_all(connection).await?;
    found.iter().map(StreamRecord::read).collect()
}

/// The numbers of a tenant's events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// All events, including error declarations.
    pub events: u64,
    /// Error declarations only.
    pub error_declarations: u64,
}

/// Reads a tenant's totals without counting; zero for a tenant without events.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn read_totals(connection: &mut PgConnection, tenant: TenantId) -> Result<Totals, sqlx::Error> {
    const TOTALS: &str = "SELECT coalesce(sum(events), 0)::bigint AS events,
            coalesce(sum(error_declarations), 0)::bigint AS error_declarations
        FROM index.provenance_total WHERE tenant_id = $1";
    let row = sqlx::query(TOTALS).bind(tenant::uuid(tenant)).fetch_one(connection).await?;
    Ok(Totals { events: column::get(&row, "events")?, error_declarations: column::get(&row, "error_declarations")? })
}
