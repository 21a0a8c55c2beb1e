//! Searches events in the index for REST and GraphQL. Invariant: a page token is valid only for the query and the
//! tenant for which it was issued.

use super::code;
use crate::{
    db,
    error::ApiError,
    evidence::{Place, STREAM_RECORDS_MAX},
    state::Gateway,
    submit::now_us,
    tenant_id::TenantId,
};
use chain_types::{Height, ShardId};
use indexer::provenance::{self as index, EventPosition, EventRow};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use standards_epcis::{
    document::{self, QueryResult},
    query::{EventLimit, EventQuery, OrderBy},
};
use std::sync::Arc;

/// The maximum number of records read for one event id: the event and its error declarations.
pub const RECORDS_PER_ID_MAX: u32 = 1_000;

/// The content of a page token: the position of the event before the page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Token {
    time_ms: i64,
    shard: u16,
    height: u64,
    record_index: u32,
    /// The number of events on all previous pages.
    given: u32,
}

impl Token {
    fn after(query: &EventQuery, row: &EventRow, given: u32) -> Self {
        let time_ms = match query.order_by {
            OrderBy::EventTime => row.event_time_ms,
            OrderBy::RecordTime => i64::try_from(row.record_time_ms.0).unwrap_or(i64::MAX),
        };
        Self { time_ms, shard: row.shard.0, height: row.height.0, record_index: row.record_index, given }
    }

    fn position(self) -> EventPosition {
        let (shard, height) = (ShardId(self.shard), Height(self.height));
        EventPosition { time_ms: self.time_ms, shard, height, record_index: self.record_index }
    }
}

/// One page of events.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events in the order of the query.
    pub rows: Vec<EventRow>,
    /// The token of the next page; absent on the last page.
    pub next: Option<String>,
}

impl Page {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Formats the page as an `EPCISQueryDocument`.
    ///
    /// # Errors
    /// An internal failure, when the document of a row is damaged.
    pub fn document(&self) -> Result<String, ApiError> {
        let records: Vec<_> = self
            .rows
            .iter()
            .map(|row| document::read_record(row.document.as_bytes()))
            .collect::<Result<_, _>>()
            .map_err(|error| ApiError::internal(&error))?;
        let results: Vec<_> = records
            .iter()
            .zip(&self.rows)
            .map(|(record, row)| QueryResult {
                record,
                event_id: &row.event_id,
                record_time_ms: i64::try_from(row.record_time_ms.0).unwrap_or(i64::MAX),
            })
            .collect();
        Ok(document::query_document("SimpleEventQuery", now_us() / 1_000, &results))
    }
}

/// Finds one page of a query.
///
/// # Errors
/// `request.invalid_cursor`, `provenance.query_too_large`.
pub async fn find_page(gateway: &Arc<Gateway>, tenant: TenantId, mut query: EventQuery) -> Result<Page, ApiError> {
    let token = query.next_page_token.take();
    let list = list_name(&query);
    let token: Option<Token> = match &token {
        Some(token) => Some(gateway.cursors.open(tenant, &list, token)?),
        None => None,
    };
    let given = token.as_ref().map_or(0, |token| token.given);
    let wanted = match query.limit {
        EventLimit::First(limit) => query.per_page.min(limit.saturating_sub(given)),
        EventLimit::None | EventLimit::RefuseBeyond(_) => query.per_page,
    };
    let ends_here = matches!(query.limit, EventLimit::First(limit) if given.saturating_add(wanted) >= limit);
    let is_first = token.is_none();
    let after = token.map(Token::position);
    let (requested, query) = (query.clone(), query);
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let tenant = tenant.on_ledger();
            if let (EventLimit::RefuseBeyond(most), true) = (query.limit, is_first)
                && index::count_events(conn, tenant, &query, most.saturating_add(1)).await? > most
            {
                let detail = format!("There are more than {most} events; ask more narrowly.");
                return Err(ApiError::new(&code::QUERY_TOO_LARGE, detail));
            }
            Ok(index::find_events(conn, tenant, &query, after.as_ref(), wanted).await?)
        })
    })
    .await?;
    let last = found.rows.last().filter(|_| found.next.is_some() && !ends_here);
    let next = match last {
        Some(last) => {
            let token = Token::after(&requested, last, given.saturating_add(wanted));
            Some(gateway.cursors.seal(tenant, &list, &token)?)
        }
        None => None,
    };
    Ok(Page { rows: found.rows, next })
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
    gateway.cursors.seal(tenant, &list_name(query), &Token::after(query, row, 0))
}

/// Finds all records of an event id in ledger order: the first recorded event, repetitions, error declarations.
///
/// # Errors
/// Failures of the database.
pub async fn find_event(gateway: &Arc<Gateway>, tenant: TenantId, event_id: String) -> Result<Page, ApiError> {
    let rows = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let tenant = tenant.on_ledger();
            Ok(index::find_by_event_id(conn, tenant, &event_id, RECORDS_PER_ID_MAX).await?)
        })
    })
    .await?;
    Ok(Page { rows, next: None })
}

/// The position of a record of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundRecord {
    pub place: Place,
    /// Whether it is an error declaration about an earlier record.
    pub declares_error: bool,
}

/// Finds the positions of all records of an event id, in ledger order.
///
/// # Errors
/// Failures of the database.
pub async fn find_places(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    event_id: String,
) -> Result<Vec<FoundRecord>, ApiError> {
    let page = find_event(gateway, tenant, event_id).await?;
    let found = page.rows.iter().map(|row| FoundRecord { place: place_of(row), declares_error: row.declares_error });
    Ok(found.collect())
}

/// Finds the positions of all records about a canonical identifier, in ledger order.
///
/// # Errors
/// Failures of the database.
pub async fn find_stream(gateway: &Arc<Gateway>, tenant: TenantId, canonical: String) -> Result<Vec<Place>, ApiError> {
    // Records come in ledger order, so the proved ones are among the first; a longer stream was refused before.
    let limit = u32::try_from(STREAM_RECORDS_MAX).unwrap_or(u32::MAX);
    let rows = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let tenant = tenant.on_ledger();
            Ok(index::stream_records(conn, tenant, &canonical, limit).await?)
        })
    })
    .await?;
    Ok(rows.iter().map(|row| Place { shard: row.shard, height: row.height, record: row.record_index }).collect())
}

fn place_of(row: &EventRow) -> Place {
    Place { shard: row.shard, height: row.height, record: row.record_index }
}

/// Names the list of a query for its tokens: a digest of everything that decides its events and their order.
fn list_name(query: &EventQuery) -> String {
    let bare = EventQuery { per_page: 0, next_page_token: None, ..query.clone() };
    format!("events:{}", hex::encode(Sha256::digest(format!("{bare:?}"))))
}
