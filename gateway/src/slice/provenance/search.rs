//! Searches events in the index for REST and GraphQL. Invariant: a page token is valid only for the query and the
//! tenant for which it was issued. A page has a limit of events and of bytes.

mod effort;
mod examine;
mod follow;
mod look_up;

use super::code;
use crate::{
    budget::Charge,
    db,
    error::{ApiError, code as common},
    evidence::{Place, STREAM_RECORDS_MAX, check_bytes},
    page::SentCursor,
    state::Gateway,
    tenant_id::TenantId,
    vault::TenantKeys,
};
use chain_types::{Height, ShardId, Subject, stream::kind};
pub use effort::{EXAMINED_BYTES_MAX, EXAMINED_EVENTS_MAX, EXAMINED_MS_MAX, LOOKED_UP_IDS_MAX};
use examine::{Found, Subject as Examined};
pub use follow::{BEGINNING, Followed, find_after, newest_position};
use indexer::provenance::{self as index, EventPosition, EventRow, Owner, PageLimit};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use standards_epcis::{
    query::{EventLimit, EventQuery, OrderBy, OrderDirection, PageToken},
    timestamp::Timestamp,
};
use std::sync::Arc;

/// The maximum number of records read for one event id: the event and its error declarations.
pub const RECORDS_PER_ID_MAX: u32 = 1_000;

/// The maximum size of the documents of one page, in bytes. A page stops before it exceeds this, and the next page
/// continues; a single larger event is a page of its own.
pub const PAGE_BYTES_MAX: u32 = 4 * 1_024 * 1_024;

/// The content of a page token: the position of the event before the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Token {
    time_ms: i64,
    /// The digits of the time below a millisecond.
    time_rest: String,
    shard: u16,
    height: u64,
    record_index: u32,
    /// The number of events on all previous pages.
    given: u32,
}

impl Token {
    fn at(position: EventPosition, given: u32) -> Self {
        let EventPosition { time, shard, height, record_index } = position;
        Self { time_ms: time.unix_ms(), time_rest: time.rest(), shard: shard.0, height: height.0, record_index, given }
    }

    fn position(&self) -> EventPosition {
        let whole = Timestamp::from_unix_ms(self.time_ms);
        let time = Timestamp::from_parts(self.time_ms, &self.time_rest).unwrap_or(whole);
        let (shard, height) = (ShardId(self.shard), Height(self.height));
        EventPosition { time, shard, height, record_index: self.record_index }
    }
}

/// One page of events.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events in the order of the query.
    pub rows: Vec<EventRow>,
    /// The token of the next page; absent on the last page.
    pub next: Option<String>,
    /// The number of events that were examined, when that ended the page before its size. More may match.
    pub ended_after: Option<u32>,
}

impl Page {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Finds one page of a query, with at most `bytes_max` bytes of documents unless one event alone has more. Takes
/// `memory` bytes, at least those, for the page and its answer.
///
/// # Errors
/// `limit.share`, `limit.overloaded`, `request.invalid_cursor`, `provenance.query_too_large`,
/// `provenance.query_too_complex`.
pub async fn find_page(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    mut query: EventQuery,
    bytes_max: u32,
    memory: usize,
) -> Result<Page, ApiError> {
    let token = query.next_page_token.take();
    let list = list_name(&query);
    let token: Option<Token> = match &token {
        Some(PageToken { text, pointer }) => Some(gateway.cursors.open(tenant, &list, SentCursor { text, pointer })?),
        None => None,
    };
    let given = token.as_ref().map_or(0, |token| token.given);
    let limit = query.limit;
    let rows = match limit {
        EventLimit::First(limit) => query.per_page.min(limit.saturating_sub(given)),
        EventLimit::None | EventLimit::RefuseBeyond(_) => query.per_page,
    };
    let is_first = token.is_none();
    let after = token.as_ref().map(Token::position);
    let keys = gateway.tenant_keys(tenant).await?;
    let examined_bytes = examine::memory_bytes(&query.filters);
    let charge = Charge::reserve(memory.saturating_add(examined_bytes)).await?;
    let page = PageLimit { rows, bytes: bytes_max };
    let refused_beyond = match limit {
        EventLimit::RefuseBeyond(most) if is_first => Some(most),
        _ => None,
    };
    if !(query.read_points_within.is_empty() && query.biz_locations_within.is_empty()) {
        query = within_places(gateway, tenant, &keys, query).await?;
    }
    let subject = Examined { tenant, keys, query: Arc::new(query) };
    let found = if subject.query.filters.is_empty() {
        indexed(gateway, subject, after, page, refused_beyond).await?
    } else {
        if let Some(most) = refused_beyond {
            examine::refuse_beyond(gateway, subject.clone(), most).await?;
        }
        examine::page(gateway, subject, after, page).await?
    };
    // The memory is for `bytes_max` bytes of documents; what was read takes its part of it.
    let read: usize = found.rows.iter().map(|row| row.document.len() + size_of::<EventRow>()).sum();
    charge.keep_part_for_answer(memory.saturating_mul(read) / (bytes_max as usize).max(1));
    let given = given.saturating_add(u32::try_from(found.rows.len()).unwrap_or(u32::MAX));
    let ends_here = matches!(limit, EventLimit::First(limit) if given >= limit);
    let next = found.next.filter(|_| !ends_here).map(|position| Token::at(position, given));
    let next = next.map(|token| gateway.cursors.seal(tenant, &list, &token)).transpose()?;
    Ok(Page { rows: found.rows, next, ended_after: found.ended_after })
}

/// Finds a page of a query that the index answers alone.
async fn indexed(
    gateway: &Gateway,
    subject: Examined,
    after: Option<EventPosition>,
    page: PageLimit,
    refused_beyond: Option<u32>,
) -> Result<Found, ApiError> {
    let found = db::search(&gateway.pool, subject.tenant, move |conn| {
        Box::pin(async move {
            let Examined { tenant, keys, query } = subject;
            let owner = Owner { tenant: tenant.on_ledger(), subject_key: &keys.subject };
            if let Some(most) = refused_beyond
                && index::count_events(conn, owner, &query, most.saturating_add(1)).await? > most
            {
                return Err(too_large(most));
            }
            Ok(index::find_events(conn, owner, &query, after.as_ref(), page).await?)
        })
    })
    .await
    .map_err(too_complex)?;
    Ok(Found { rows: found.rows, next: found.next, ended_after: None })
}

fn too_large(most: u32) -> ApiError {
    ApiError::new(&code::QUERY_TOO_LARGE, format!("There are more than {most} events; ask more narrowly."))
}

/// The query with the places below those of its conditions.
async fn within_places(
    gateway: &Gateway,
    tenant: TenantId,
    keys: &Arc<TenantKeys>,
    mut query: EventQuery,
) -> Result<EventQuery, ApiError> {
    let keys = Arc::clone(keys);
    let expanded = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let owner = Owner { tenant: tenant.on_ledger(), subject_key: &keys.subject };
            Ok(index::expand_places(conn, owner, &mut query).await?.then_some(query))
        })
    });
    expanded.await.map_err(too_complex)?.ok_or_else(|| {
        let (places, levels) = (index::PLACES_MAX, index::PLACE_LEVELS_MAX);
        let detail = format!("A condition on places below others has at most {places} of them in {levels} levels.");
        ApiError::new(&code::QUERY_TOO_COMPLEX, detail)
    })
}

/// A search that was ended by its time limit.
fn too_complex(error: ApiError) -> ApiError {
    if error.code() != &common::TIMED_OUT {
        return error;
    }
    let seconds = index::SEARCH_MS_MAX / 1_000;
    ApiError::new(&code::QUERY_TOO_COMPLEX, format!("The search ran longer than {seconds} seconds; ask more narrowly."))
}

/// Issues a token that continues a query after one of its events.
///
/// # Errors
/// An internal failure.
pub fn token_after(
    gateway: &Gateway,
    tenant: TenantId,
    query: &EventQuery,
    row: &EventRow,
) -> Result<String, ApiError> {
    let token = Token::at(EventPosition::of(row, query.order_by), 0);
    gateway.cursors.seal(tenant, &list_name(query), &token)
}

/// Finds the records of an event id in ledger order: the first recorded event, repetitions, error declarations. The
/// token of the page continues the query of [`records_of`].
///
/// # Errors
/// Failures of the database.
pub async fn find_event(gateway: &Arc<Gateway>, tenant: TenantId, event_id: String) -> Result<Page, ApiError> {
    // No event has such an id, and the database cannot hold one.
    if event_id.contains(char::is_control) {
        return Ok(Page { rows: Vec::new(), next: None, ended_after: None });
    }
    let query = records_of(event_id.clone());
    let subject = event_subject(gateway, tenant, &event_id).await?;
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let tenant = tenant.on_ledger();
            let limit = PageLimit { rows: RECORDS_PER_ID_MAX, bytes: PAGE_BYTES_MAX };
            Ok(index::find_by_event_id(conn, tenant, &event_id, subject, limit).await?)
        })
    })
    .await
    .map_err(too_complex)?;
    let next = match found.rows.last().filter(|_| found.next.is_some()) {
        Some(last) => Some(token_after(gateway, tenant, &query, last)?),
        None => None,
    };
    Ok(Page { rows: found.rows, next, ended_after: None })
}

/// The query that finds the records of an event id in ledger order.
pub fn records_of(event_id: String) -> EventQuery {
    EventQuery {
        event_ids: vec![event_id],
        order_by: OrderBy::RecordTime,
        order_direction: OrderDirection::Ascending,
        ..EventQuery::default()
    }
}

async fn event_subject(gateway: &Gateway, tenant: TenantId, event_id: &str) -> Result<Subject, ApiError> {
    let keys = gateway.tenant_keys(tenant).await?;
    Ok(keys.subject.subject(tenant.on_ledger(), kind::EVENT, event_id))
}

/// The position of a record of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundRecord {
    pub place: Place,
    /// Whether it is an error declaration about an earlier record.
    pub declares_error: bool,
}

/// The memory of a document in evidence and in the answer made from it, as a multiple of its bytes.
const OPENED_COPIES: usize = 3;

/// Finds the positions of all records about a subject, in ledger order. With `opened`, their documents are to be shown,
/// and must be small enough for one bundle. Their memory is taken.
///
/// # Errors
/// `evidence.stream_too_long`, `limit.share`, `limit.overloaded`, failures of the database.
pub async fn find_stream(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    subject: Subject,
    opened: bool,
) -> Result<Vec<FoundRecord>, ApiError> {
    // Records come in ledger order, so the proved ones are among the first; a longer stream was refused before.
    let limit = u32::try_from(STREAM_RECORDS_MAX).unwrap_or(u32::MAX);
    let records = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::stream_records(conn, tenant.on_ledger(), subject, limit).await?) })
    })
    .await?;
    if opened {
        let bytes: u64 = records.iter().map(|record| u64::from(record.document_bytes)).sum();
        check_bytes(bytes)?;
        let memory = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_mul(OPENED_COPIES);
        Charge::reserve(memory).await?.keep_for_answer();
    }
    let found = records.iter().map(|record| FoundRecord {
        place: Place { shard: record.shard, height: record.height, record: record.record_index },
        declares_error: record.declares_error,
    });
    Ok(found.collect())
}

/// Names the list of a query for its tokens: a digest of everything that decides its events and their order.
fn list_name(query: &EventQuery) -> String {
    let bare = EventQuery { per_page: 0, next_page_token: None, ..query.clone() };
    format!("events:{}", hex::encode(Sha256::digest(format!("{bare:?}"))))
}
