//! Summaries of records by their places, and the places of a subject's records. Invariant: documents are not read, and
//! a summary has no text above [`SUMMARY_TEXT_BYTES_MAX`].

use super::{super::row::subject_hash, limit_search};
use crate::{
    column::{self, stored},
    event::{EventPlace, PLACES_PER_PAGE_MAX, SubjectPlaces},
    tenant,
};
use chain_types::{Height, ShardId, Subject, TenantId};
use sqlx::{AssertSqlSafe, PgConnection, postgres::PgRow, types::Uuid};
use standards_epcis::{
    event::{Action, EventType},
    timestamp::Timestamp,
};

/// The most bytes of a text of a summary. A longer text is left out.
pub const SUMMARY_TEXT_BYTES_MAX: u32 = 512;

// The statements have the number in their text.
const _: () = assert!(SUMMARY_TEXT_BYTES_MAX == 512);

/// A record of an EPCIS event, without its document. The fields are those of [`super::super::EventRow`]; a text above
/// [`SUMMARY_TEXT_BYTES_MAX`] is `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventSummary {
    pub height: Height,
    pub record_index: u32,
    pub event_id: Option<String>,
    pub event_type: Option<EventType>,
    pub own_type: Option<String>,
    event_time_ms: i64,
    event_time_rest: Option<String>,
    pub action: Option<Action>,
    pub biz_step: Option<String>,
    pub disposition: Option<String>,
    pub read_point: Option<String>,
    pub biz_location: Option<String>,
}

column::readable!(EventSummary {
    height = "e.height",
    record_index = "e.record_index",
    event_id = "CASE WHEN octet_length(e.event_id) <= 512 THEN e.event_id END",
    event_type,
    own_type = "CASE WHEN octet_length(e.own_type) <= 512 THEN e.own_type END",
    event_time_ms,
    event_time_rest = "CASE WHEN octet_length(e.event_time_rest) <= 512 THEN e.event_time_rest END",
    action,
    biz_step = "CASE WHEN octet_length(e.biz_step) <= 512 THEN e.biz_step END",
    disposition = "CASE WHEN octet_length(e.disposition) <= 512 THEN e.disposition END",
    read_point = "CASE WHEN octet_length(e.read_point) <= 512 THEN e.read_point END",
    biz_location = "CASE WHEN octet_length(e.biz_location) <= 512 THEN e.biz_location END",
});

impl EventSummary {
    /// The event time.
    pub fn event_time(&self) -> Timestamp {
        let whole = Timestamp::from_unix_ms(self.event_time_ms);
        let rest = self.event_time_rest.as_deref().unwrap_or_default();
        Timestamp::from_parts(self.event_time_ms, rest).unwrap_or(whole)
    }
}

/// A version of master data, without its document. `None` for a record that cannot be read, and for a text above
/// [`SUMMARY_TEXT_BYTES_MAX`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementSummary {
    pub height: Height,
    pub record_index: u32,
    pub vocabulary: Option<String>,
    pub id: Option<String>,
}

column::readable!(ElementSummary {
    height = "m.height",
    record_index = "m.record_index",
    vocabulary = "CASE WHEN octet_length(m.vocabulary) <= 512 THEN m.vocabulary END",
    id = "CASE WHEN octet_length(m.id) <= 512 THEN m.id END",
});

/// Returns summaries of the records at certain places of a shard that have a row; at most as many as there are places.
///
/// # Errors
/// [`sqlx::Error`] when the database fails or the statements take too long.
pub async fn summaries(
    connection: &mut PgConnection,
    tenant: TenantId,
    shard: ShardId,
    places: &[EventPlace],
) -> Result<(Vec<EventSummary>, Vec<ElementSummary>), sqlx::Error> {
    limit_search(connection).await?;
    let events = select_at(EventSummary::COLUMNS, "provenance_event", "e");
    let events = fetch_at(connection, events, tenant, shard, places).await?;
    let elements = select_at(ElementSummary::COLUMNS, "provenance_master_data", "m");
    let elements = fetch_at(connection, elements, tenant, shard, places).await?;
    let events = events.iter().map(EventSummary::read).collect::<Result<_, _>>()?;
    let elements = elements.iter().map(ElementSummary::read).collect::<Result<_, _>>()?;
    Ok((events, elements))
}

/// The statement that selects columns of the row of each wanted place in a table, which the columns call `alias`. Each
/// place is looked up by the table's index of places.
fn select_at(columns: &str, table: &str, alias: &str) -> String {
    format!(
        "SELECT found.* FROM unnest($3::bigint[], $4::int[]) AS wanted (height, record_index)
         CROSS JOIN LATERAL (SELECT {columns} FROM index.{table} {alias} WHERE {alias}.tenant_id = $1
             AND {alias}.shard = $2 AND {alias}.height = wanted.height
             AND {alias}.record_index = wanted.record_index LIMIT 1) AS found"
    )
}

async fn fetch_at(
    connection: &mut PgConnection,
    statement: String,
    tenant: TenantId,
    shard: ShardId,
    places: &[EventPlace],
) -> Result<Vec<PgRow>, sqlx::Error> {
    let heights = places.iter().map(|place| stored("height", place.height)).collect::<Result<Vec<_>, _>>()?;
    let records = places.iter().map(|place| stored("record_index", place.record_index));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(stored("shard", shard)?)
        .bind(heights)
        .bind(records)
        .fetch_all(connection)
        .await
}

/// Returns the first places of the records of any of these subjects or names on a shard after a place, or from the
/// beginning; at most [`PLACES_PER_PAGE_MAX`].
///
/// # Errors
/// As [`summaries`].
pub async fn subject_places(
    connection: &mut PgConnection,
    tenant: TenantId,
    subjects: &[Subject],
    shard: ShardId,
    after: Option<EventPlace>,
) -> Result<SubjectPlaces, sqlx::Error> {
    limit_search(connection).await?;
    let subjects: Vec<Uuid> = subjects.iter().copied().map(subject_hash).collect();
    // Before the first height, every record is after it.
    let after = after.unwrap_or(EventPlace { height: Height(0), record_index: 0 });
    let rows: Vec<(i64, i32)> = sqlx::query_as(
        "SELECT DISTINCT s.height, s.record_index FROM unnest($2::uuid[]) AS wanted (subject)
         CROSS JOIN LATERAL ((SELECT s.height, s.record_index FROM index.provenance_stream s
             WHERE s.tenant_id = $1 AND s.subject = wanted.subject AND s.shard = $3
                 AND (s.height, s.record_index) > ($4, $5)
             ORDER BY s.height, s.record_index LIMIT $6)
         UNION ALL (SELECT n.height, n.record_index FROM index.event_name n
             WHERE n.tenant_id = $1 AND n.name = wanted.subject AND (n.height, n.record_index) > ($4, $5)
             ORDER BY n.height, n.record_index LIMIT $6)) AS s
         ORDER BY s.height, s.record_index LIMIT $6",
    )
    .bind(tenant::uuid(tenant))
    .bind(subjects)
    .bind(stored("shard", shard)?)
    .bind(stored("height", after.height)?)
    .bind(stored("record_index", after.record_index)?)
    .bind(i64::from(PLACES_PER_PAGE_MAX) + 1)
    .fetch_all(connection)
    .await?;
    let places_max = usize::try_from(PLACES_PER_PAGE_MAX).expect("usize has at least 32 bits");
    let places = rows.iter().take(places_max).map(|(height, record_index)| EventPlace {
        height: Height(height.unsigned_abs()),
        record_index: record_index.unsigned_abs(),
    });
    Ok(SubjectPlaces { shard, places: places.collect(), is_last: rows.len() <= places_max })
}
