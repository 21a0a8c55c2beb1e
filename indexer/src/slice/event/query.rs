//! Reads the numbered events of a tenant. Invariant: the functions only read. Every statement names the tenant and is
//! answered through an index that begins with it, and a page examines a bounded number of runs and bytes, in the time
//! of searches.

use super::{
    EventType,
    span::{Span, Spans},
};
use crate::{
    column::{self, get, stored},
    search::limit_search,
    slice::event_types,
    tenant,
};
use chain_types::{Height, ShardId, TenantId, TimestampMs};
use sqlx::{AssertSqlSafe, PgConnection, Row as _, types::Uuid};
use std::collections::BTreeMap;

/// The most runs that a page examines when it looks for certain types.
pub const RUNS_PER_PAGE_MAX: u32 = 1_000;
/// The most bytes of spans that a page examines, 10 for each group of neighbouring records of one type. A single run
/// may have more, at most 200,000.
pub const SPAN_BYTES_PER_PAGE_MAX: u32 = 1024 * 1024;
/// The most records of a subject that a page examines.
pub const PLACES_PER_PAGE_MAX: u32 = 1_000;

/// The place of an event's record on the home shard of its tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EventPlace {
    pub height: Height,
    /// The index of the record within the block.
    pub record_index: u32,
}

/// An event of a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IndexedEvent {
    /// Its number, from 1.
    pub sequence: u64,
    pub event_type: EventType,
    pub shard: ShardId,
    pub place: EventPlace,
    /// The block's time.
    pub timestamp_ms: TimestampMs,
}

/// A page of events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventPage {
    /// The events in the order of their numbers.
    pub events: Vec<IndexedEvent>,
    /// All events up to this number were examined: the next page begins after it. A page that looked for certain events
    /// may have none of them and yet have a successor.
    pub read_to: u64,
}

/// Records of a subject, for [`page_of_places`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectPlaces {
    /// The home shard of the tenant.
    pub shard: ShardId,
    /// The first places after that of the last page, in order; at most [`PLACES_PER_PAGE_MAX`].
    pub places: Vec<EventPlace>,
    /// Whether there are no others.
    pub is_last: bool,
}

/// The events of a tenant in one block.
struct Run {
    first_sequence: u64,
    shard: ShardId,
    height: Height,
    timestamp_ms: TimestampMs,
    spans: Spans,
}

column::readable!(Run { first_sequence, shard, height, timestamp_ms, spans });

impl Run {
    /// The number of the last event.
    fn last_sequence(&self) -> u64 {
        (self.first_sequence + u64::from(self.spans.count())).saturating_sub(1)
    }

    /// The groups of records, each with the number of its first event.
    fn groups(&self) -> impl Iterator<Item = (u64, Span)> {
        let mut next = self.first_sequence;
        self.spans.iter().map(move |span| {
            let first = next;
            next += u64::from(span.count);
            (first, span)
        })
    }

    /// The events of certain types; of all types without one.
    fn events(&self, types: &[EventType]) -> impl Iterator<Item = Result<IndexedEvent, sqlx::Error>> {
        let is_wanted = move |code: i16| types.is_empty() || types.iter().any(|wanted| wanted.code == code);
        let wanted = self.groups().filter(move |(_, span)| is_wanted(span.code));
        wanted.flat_map(move |group| group.1.records().map(move |record_index| self.event(group, record_index)))
    }

    /// The events of certain records, which are in order.
    fn events_of(&self, records: &[u32]) -> impl Iterator<Item = Result<IndexedEvent, sqlx::Error>> {
        self.groups().flat_map(move |group| {
            let before = records.partition_point(|record| *record < group.1.first);
            let later = records.iter().skip(before).copied();
            let within = later.take_while(move |record| group.1.records().contains(record));
            within.map(move |record_index| self.event(group, record_index))
        })
    }

    /// The place of the last event up to a number.
    fn place_up_to(&self, sequence: u64) -> Option<EventPlace> {
        let (first, span) = self.groups().take_while(|(first, _)| *first <= sequence).last()?;
        let within = u32::try_from(sequence - first).unwrap_or(u32::MAX).min(span.count.saturating_sub(1));
        Some(EventPlace { height: self.height, record_index: span.first.saturating_add(within) })
    }

    /// The event of a record of a group.
    fn event(&self, (first, span): (u64, Span), record_index: u32) -> Result<IndexedEvent, sqlx::Error> {
        let event_type = type_with(span.code).ok_or_else(|| unknown_type(span.code))?;
        let sequence = first + u64::from(record_index - span.first);
        let place = EventPlace { height: self.height, record_index };
        Ok(IndexedEvent { sequence, event_type, shard: self.shard, place, timestamp_ms: self.timestamp_ms })
    }
}

fn type_with(code: i16) -> Option<EventType> {
    event_types().find(|event_type| event_type.code == code)
}

fn unknown_type(code: i16) -> sqlx::Error {
    let source = format!("the indexer never writes the event type {code}").into();
    sqlx::Error::ColumnDecode { index: "spans".to_owned(), source }
}

/// Returns the number of a tenant's newest event, 0 before the first; `None` when an index of an earlier version was
/// not rebuilt, so that events have no numbers. `home` is the tenant's home shard.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn newest_event(
    connection: &mut PgConnection,
    tenant: TenantId,
    home: ShardId,
) -> Result<Option<u64>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT coalesce((SELECT numbered FROM index.cursor WHERE shard = $2), true) AS numbered,
             coalesce((SELECT r.first_sequence + r.count - 1 FROM index.event_run r WHERE r.tenant_id = $1
                 ORDER BY r.first_sequence DESC LIMIT 1), 0) AS newest",
    );
    let found = found.bind(tenant::uuid(tenant)).bind(stored("shard", home)?).fetch_one(connection).await?;
    let is_numbered: bool = found.try_get("numbered")?;
    is_numbered.then(|| get(&found, "newest")).transpose()
}

/// Returns at most `limit` events with a higher number than `after`, of certain types or, without one, of all types.
///
/// # Errors
/// [`sqlx::Error`] when the database fails or the statement takes too long.
pub async fn page_after(
    connection: &mut PgConnection,
    tenant: TenantId,
    after: u64,
    types: &[EventType],
    limit: u32,
) -> Result<EventPage, sqlx::Error> {
    limit_search(connection).await?;
    // Every run has an event, that of the first run included: the one after `after`.
    let runs_max = if types.is_empty() { limit.min(RUNS_PER_PAGE_MAX) } else { RUNS_PER_PAGE_MAX };
    let statement = select_runs(
        "",
        "r.first_sequence >= coalesce((SELECT s.first_sequence FROM index.event_run s
             WHERE s.tenant_id = $1 AND s.first_sequence <= $3 ORDER BY s.first_sequence DESC LIMIT 1), 0)",
    );
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(i64::from(runs_max))
        .bind(i64::try_from(after.saturating_add(1)).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    let mut page = EventPage { events: Vec::new(), read_to: after };
    for row in &found {
        let run = Run::read(row)?;
        for event in run.events(types) {
            let event = event?;
            if event.sequence <= after {
                continue;
            }
            page.events.push(event);
            if page.events.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                page.read_to = event.sequence;
                return Ok(page);
            }
        }
        page.read_to = page.read_to.max(run.last_sequence());
    }
    Ok(page)
}

/// Returns the place of the event with a number: the last one up to `sequence`, if there is no such event. `None`
/// before the first event.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn place_of(
    connection: &mut PgConnection,
    tenant: TenantId,
    sequence: u64,
) -> Result<Option<EventPlace>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.event_run WHERE tenant_id = $1 AND first_sequence <= $2
         ORDER BY first_sequence DESC LIMIT 1",
        Run::COLUMNS
    );
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .fetch_optional(connection)
        .await?;
    let run = found.as_ref().map(Run::read).transpose()?;
    Ok(run.and_then(|run| run.place_up_to(sequence)))
}

/// Returns at most `limit` events of a subject with a higher number than `after`, in order, of certain types or,
/// without one, of all types. `newest` is the number of the newest event, read before the places.
///
/// # Errors
/// As [`page_after`].
pub async fn page_of_places(
    connection: &mut PgConnection,
    tenant: TenantId,
    subject: &SubjectPlaces,
    types: &[EventType],
    after: u64,
    newest: u64,
    limit: u32,
) -> Result<EventPage, sqlx::Error> {
    limit_search(connection).await?;
    let mut page = EventPage { events: Vec::new(), read_to: after };
    let mut wanted = BTreeMap::<Height, Vec<u32>>::new();
    for place in &subject.places {
        wanted.entry(place.height).or_default().push(place.record_index);
    }
    let heights = wanted.keys().map(|height| stored("height", *height)).collect::<Result<Vec<_>, _>>()?;
    let statement = select_runs("", "r.shard = $3 AND r.height = ANY($4)");
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(i64::from(PLACES_PER_PAGE_MAX))
        .bind(stored("shard", subject.shard)?)
        .bind(heights)
        .fetch_all(connection)
        .await?;
    for row in &found {
        let run = Run::read(row)?;
        let records = wanted.remove(&run.height).unwrap_or_default();
        for event in run.events_of(&records) {
            let event = event?;
            if event.sequence <= after {
                continue;
            }
            page.read_to = event.sequence;
            if !types.is_empty() && !types.contains(&event.event_type) {
                continue;
            }
            page.events.push(event);
            if page.events.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                return Ok(page);
            }
        }
    }
    if subject.is_last && wanted.is_empty() {
        page.read_to = page.read_to.max(newest);
    }
    Ok(page)
}

/// Returns the tenants that have events in the blocks of a shard after `after`, up to `until`. It runs in the gateway's
/// own database role, which sees no other columns of events.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn concerned_tenants(
    connection: &mut PgConnection,
    shard: ShardId,
    after: Height,
    until: Height,
) -> Result<Vec<TenantId>, sqlx::Error> {
    let find = sqlx::query_scalar(
        "SELECT DISTINCT tenant_id FROM index.event_run WHERE shard = $1 AND height > $2 AND height <= $3",
    );
    let find = find.bind(stored("shard", shard)?).bind(stored("height", after)?).bind(stored("height", until)?);
    let found: Vec<Uuid> = find.fetch_all(connection).await?;
    Ok(found.into_iter().map(tenant::from_uuid).collect())
}

/// The statement that selects the first `$2` runs of tenant `$1` that meet a condition on `r`, as many as have
/// [`SPAN_BYTES_PER_PAGE_MAX`], but at least one; after a `head` such as `EXPLAIN`.
pub(super) fn select_runs(head: &str, condition: &str) -> String {
    format!(
        "{head}SELECT {} FROM (
             SELECT r.*, row_number() OVER (ORDER BY r.first_sequence) AS place,
                 sum(octet_length(r.spans)) OVER (ORDER BY r.first_sequence ROWS UNBOUNDED PRECEDING) AS bytes
             FROM (SELECT r.* FROM index.event_run r WHERE r.tenant_id = $1 AND {condition}
                 ORDER BY r.first_sequence LIMIT $2) AS r) AS r
         WHERE r.place = 1 OR r.bytes <= {SPAN_BYTES_PER_PAGE_MAX} ORDER BY r.first_sequence",
        Run::COLUMNS
    )
}
