//! Finds the records of one event id and of one stream. Invariant: a stream has all records that the ledger counts in
//! it, also those that cannot be read.

use super::{
    super::row::{subject_hash, text_hash},
    limit_search,
    named::push_events,
    page::{EventPage, PageLimit, push_page},
};
use crate::{
    column::{self, ColumnError},
    tenant,
};
use chain_types::{Height, ShardId, Subject, TenantId};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use standards_epcis::query::OrderBy;

/// Returns the events of one id in stream order: the event, and error declarations for it. `subject` is that of the
/// id: a record about it whose own id cannot be read is found, too.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_by_event_id(
    connection: &mut PgConnection,
    tenant: TenantId,
    event_id: &str,
    subject: Subject,
    limit: PageLimit,
) -> Result<EventPage, sqlx::Error> {
    limit_search(connection).await?;
    let found = select_by_event_id("", tenant, event_id, subject, limit)?.build().fetch_all(connection).await?;
    // All events of an id are in one order, that of their records.
    EventPage::read(&found, limit, OrderBy::RecordTime)
}

/// The statement of [`find_by_event_id`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_by_event_id(
    head: &'static str,
    tenant: TenantId,
    event_id: &str,
    subject: Subject,
    limit: PageLimit,
) -> Result<QueryBuilder<Postgres>, ColumnError> {
    let tenant = tenant::uuid(tenant);
    let mut statement = QueryBuilder::<Postgres>::new(head);
    let source = |statement: &mut QueryBuilder<Postgres>| {
        push_events(statement, tenant, |statement| {
            // The order asks for the index of event ids where the estimates of all indexes are equal.
            statement
                .push("(SELECT i.shard, i.height, i.record_index FROM unnest(ARRAY[")
                .push_bind(text_hash(event_id))
                .push(
                    "::bigint]) AS wanted (hash) CROSS JOIN LATERAL (
                     SELECT * FROM index.provenance_event i WHERE i.tenant_id = ",
                )
                .push_bind(tenant)
                .push(
                    " AND i.event_id_hash BETWEEN wanted.hash AND wanted.hash
                     ORDER BY i.event_id_hash OFFSET 0) AS i WHERE i.event_id = ",
                )
                .push_bind(event_id.to_owned())
                .push(") UNION ALL (SELECT e.shard, e.height, e.record_index");
            push_events(statement, tenant, |statement| {
                statement
                    .push(
                        "SELECT s.shard, s.height, s.record_index FROM index.provenance_stream s
                         WHERE s.tenant_id = ",
                    )
                    .push_bind(tenant)
                    .push(" AND s.subject = ")
                    .push_bind(subject_hash(subject));
            });
            statement.push(" WHERE e.unreadable IS NOT NULL)");
        });
        Ok(())
    };
    push_page(&mut statement, limit, source, |statement| {
        statement.push(" ORDER BY e.record_time_ms, e.shard, e.height, e.record_index");
    })?;
    Ok(statement)
}

/// A record of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRecord {
    pub shard: ShardId,
    pub height: Height,
    /// The index of the record within the block.
    pub record_index: u32,
    /// Whether it declares an earlier event of the same id to be wrong. `false` for a record whose key was deleted.
    pub declares_error: bool,
    /// The size of its document in bytes; 0 for a record whose key was deleted.
    pub document_bytes: u32,
}

column::readable!(StreamRecord {
    shard = "s.shard",
    height = "s.height",
    record_index = "s.record_index",
    declares_error = "coalesce(e.declares_error, false)",
    document_bytes = "coalesce(octet_length(e.document), octet_length(m.document), 0)",
});

/// Returns the records of a subject's stream in the order of the stream; at most `limit`.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn stream_records(
    connection: &mut PgConnection,
    tenant: TenantId,
    subject: Subject,
    limit: u32,
) -> Result<Vec<StreamRecord>, sqlx::Error> {
    limit_search(connection).await?;
    let found = select_stream("", tenant, subject, limit).build().fetch_all(connection).await?;
    found.iter().map(StreamRecord::read).collect()
}

/// The statement of [`stream_records`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_stream(
    head: &'static str,
    tenant: TenantId,
    subject: Subject,
    limit: u32,
) -> QueryBuilder<Postgres> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement
        .push("SELECT ")
        .push(StreamRecord::COLUMNS)
        .push(
            " FROM index.provenance_stream s
             LEFT JOIN LATERAL (
                 SELECT * FROM index.provenance_event one WHERE one.tenant_id = ",
        )
        .push_bind(tenant::uuid(tenant))
        .push(
            " AND one.shard = s.shard AND one.height = s.height
                 AND one.record_index BETWEEN s.record_index AND s.record_index
                 ORDER BY one.record_index LIMIT 1) AS e ON true
             LEFT JOIN LATERAL (
                 SELECT * FROM index.provenance_master_data one WHERE one.tenant_id = ",
        )
        .push_bind(tenant::uuid(tenant))
        .push(
            " AND one.subject = s.subject AND one.shard = s.shard AND one.height = s.height
                 AND one.record_index BETWEEN s.record_index AND s.record_index
                 ORDER BY one.record_index LIMIT 1) AS m ON true
             WHERE s.tenant_id = ",
        )
        .push_bind(tenant::uuid(tenant))
        .push(" AND s.subject = ")
        .push_bind(subject_hash(subject))
        .push(" ORDER BY s.shard, s.height, s.record_index LIMIT ")
        .push_bind(i64::from(limit));
    statement
}
