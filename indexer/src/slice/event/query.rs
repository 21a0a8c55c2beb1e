//! Reads the numbered events of a tenant. Invariant: the functions only read. Every statement names the tenant and is
//! answered through an index that begins with it, and a page examines a bounded number of runs and bytes, in the time
//! of searches.

use super::{
    EventContent, EventType,
    content::Part,
    span::{Span, Spans},
    subject::Subjects,
};
use crate::{
    column::{self, get, stored},
    search::limit_search,
    slice::event_types,
    tenant,
};
use chain_types::{Height, ShardId, TenantId, TimestampMs};
use sqlx::{AssertSqlSafe, PgConnection, Row as _, postgres::PgRow, types::Uuid};
use std::collections::{BTreeMap, BTreeSet};

/// The most runs that a page examines when it looks for certain types.
pub const RUNS_PER_PAGE_MAX: u32 = 1_000;
/// The most bytes of spans that a page examines, 10 for each group of neighbouring records of one type. A single run
/// may have more, at most 200,000.
pub const SPAN_BYTES_PER_PAGE_MAX: u32 = 1024 * 1024;
/// The most records of a subject that a page examines.
pub const PLACES_PER_PAGE_MAX: u32 = 1_000;

/// The most bytes of spans and subjects that [`subjects_after`] reads. A single run may have more: the subjects of a
/// block, at most 5 MiB.
pub const SUBJECT_BYTES_PER_PAGE_MAX: u32 = 1024 * 1024;

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

/// A run with the subjects of its events.
struct RunWithSubjects {
    run: Run,
    subjects: Subjects,
}

impl RunWithSubjects {
    fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { run: Run::read(row)?, subjects: get(row, "subjects")? })
    }

    /// The events of all types, each with the hashes of its subjects.
    fn events(&self) -> impl Iterator<Item = Result<(IndexedEvent, Vec<u64>), sqlx::Error>> {
        let mut subjects = self.subjects.iter();
        self.run.events(&[]).map(move |event| {
            let subjects = subjects.next().unwrap_or(Ok(Vec::new()));
            let malformed = |error| sqlx::Error::ColumnDecode { index: "subjects".to_owned(), source: Box::new(error) };
            Ok((event?, subjects.map_err(malformed)?))
        })
    }
}

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

    /// The event with a number.
    fn event_at(&self, sequence: u64) -> Option<Result<IndexedEvent, sqlx::Error>> {
        let group = self.groups().take_while(|(first, _)| *first <= sequence).last()?;
        let within = u32::try_from(sequence - group.0).ok().filter(|within| *within < group.1.count)?;
        Some(self.event(group, group.1.first.saturating_add(within)))
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
    let statement = select_runs("", AFTER);
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

/// Returns at most `limit` events with a higher number than `after`, of all types, each with the hashes of its subjects
/// ([`hash_of`](super::hash_of)), and the number up to which they were read. Fewer are returned where they have many
/// subjects; none only when there is no other.
///
/// # Errors
/// As [`page_after`].
pub async fn subjects_after(
    connection: &mut PgConnection,
    tenant: TenantId,
    after: u64,
    limit: u32,
) -> Result<Vec<(IndexedEvent, Vec<u64>)>, sqlx::Error> {
    limit_search(connection).await?;
    let bytes = "octet_length(r.spans) + octet_length(r.subjects)";
    let columns = format!("{}, subjects", Run::COLUMNS);
    let statement = select(&columns, bytes, SUBJECT_BYTES_PER_PAGE_MAX, "", AFTER);
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(i64::from(limit.min(RUNS_PER_PAGE_MAX)))
        .bind(i64::try_from(after.saturating_add(1)).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut events = Vec::new();
    for row in &found {
        for event in RunWithSubjects::read(row)?.events() {
            let event = event?;
            if event.0.sequence > after {
                events.push(event);
            }
            if events.len() >= limit {
                return Ok(events);
            }
        }
    }
    Ok(events)
}

/// Returns the events with these numbers that there are, in order; at most [`RUNS_PER_PAGE_MAX`] numbers.
///
/// # Errors
/// As [`page_after`].
pub async fn events_with(
    connection: &mut PgConnection,
    tenant: TenantId,
    sequences: &[u64],
) -> Result<Vec<IndexedEvent>, sqlx::Error> {
    limit_search(connection).await?;
    let runs_max = usize::try_from(RUNS_PER_PAGE_MAX).expect("usize has at least 32 bits");
    let mut wanted: Vec<u64> = sequences.iter().copied().take(runs_max).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let statement = format!(
        "SELECT {} FROM index.event_run r WHERE r.tenant_id = $1 AND r.first_sequence = ANY(ARRAY(
             SELECT DISTINCT found.first_sequence FROM unnest($2::bigint[]) AS wanted (sequence)
             CROSS JOIN LATERAL (SELECT s.first_sequence FROM index.event_run s WHERE s.tenant_id = $1
                 AND s.first_sequence <= wanted.sequence ORDER BY s.first_sequence DESC LIMIT 1) AS found))
         ORDER BY r.first_sequence",
        Run::COLUMNS
    );
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(wanted.iter().filter_map(|sequence| i64::try_from(*sequence).ok()).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let mut events = Vec::with_capacity(wanted.len());
    for row in &found {
        let run = Run::read(row)?;
        let from = wanted.partition_point(|sequence| *sequence < run.first_sequence);
        let within = wanted.get(from..).unwrap_or_default().iter().take_while(|it| **it <= run.last_sequence());
        for event in within.filter_map(|sequence| run.event_at(*sequence)) {
            events.push(event?);
        }
    }
    Ok(events)
}

/// Returns what the events of the ledger's own slices at these places of the tenant's home shard say; at most
/// [`PLACES_PER_PAGE_MAX`] places. An event of a domain has no content here.
///
/// # Errors
/// As [`page_after`].
pub async fn contents(
    connection: &mut PgConnection,
    tenant: TenantId,
    places: &[EventPlace],
) -> Result<BTreeMap<EventPlace, EventContent>, sqlx::Error> {
    limit_search(connection).await?;
    let places_max = usize::try_from(PLACES_PER_PAGE_MAX).expect("usize has at least 32 bits");
    let wanted: BTreeSet<EventPlace> = places.iter().copied().take(places_max).collect();
    let heights = wanted.iter().map(|place| stored("height", place.height)).collect::<Result<Vec<_>, _>>()?;
    let records = wanted.iter().map(|place| stored("record_index", place.record_index));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    // Events of one part are neighbours, so a part is read once.
    let found = sqlx::query(
        "SELECT DISTINCT c.height, c.record_index, c.content
         FROM unnest($2::bigint[], $3::int[]) AS wanted (height, record_index)
         CROSS JOIN LATERAL (SELECT c.height, c.record_index, c.content FROM index.event_content c
             WHERE c.tenant_id = $1 AND c.height = wanted.height AND c.record_index <= wanted.record_index
             ORDER BY c.record_index DESC LIMIT 1) AS c",
    )
    .bind(tenant::uuid(tenant))
    .bind(heights)
    .bind(records)
    .fetch_all(connection)
    .await?;
    let mut contents = BTreeMap::new();
    for row in &found {
        let (height, part): (Height, Part) = (get(row, "height")?, get(row, "content")?);
        let placed = part.into_iter().map(|(record_index, content)| (EventPlace { height, record_index }, content));
        contents.extend(placed.filter(|(place, _)| wanted.contains(place)));
    }
    Ok(contents)
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

/// The condition on the runs from that with the event `$3`.
const AFTER: &str = "r.first_sequence >= coalesce((SELECT s.first_sequence FROM index.event_run s
    WHERE s.tenant_id = $1 AND s.first_sequence <= $3 ORDER BY s.first_sequence DESC LIMIT 1), 0)";

/// The statement that selects the first `$2` runs of tenant `$1` that meet a condition on `r`, as many as have
/// [`SPAN_BYTES_PER_PAGE_MAX`], but at least one; after a `head` such as `EXPLAIN`.
pub(super) fn select_runs(head: &str, condition: &str) -> String {
    select(Run::COLUMNS, "octet_length(r.spans)", SPAN_BYTES_PER_PAGE_MAX, head, condition)
}

/// As [`select_runs`], for other columns and as many runs as have `bytes_max` of `bytes`.
fn select(columns: &str, bytes: &str, bytes_max: u32, head: &str, condition: &str) -> String {
    format!(
        "{head}SELECT {columns} FROM (
             SELECT r.*, row_number() OVER (ORDER BY r.first_sequence) AS place,
                 sum({bytes}) OVER (ORDER BY r.first_sequence ROWS UNBOUNDED PRECEDING) AS bytes
             FROM (SELECT r.* FROM index.event_run r WHERE r.tenant_id = $1 AND {condition}
                 ORDER BY r.first_sequence LIMIT $2) AS r) AS r
         WHERE r.place = 1 OR r.bytes <= {bytes_max} ORDER BY r.first_sequence"
    )
}
