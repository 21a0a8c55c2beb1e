//! Finding events in the index, for REST and GraphQL alike. Invariant: a token continues exactly the query that it was
//! given for, of the tenant that it was given to.

use super::{code, problem::invalid_query};
use crate::{
    db,
    error::{ApiError, code as door},
    evidence::Place,
    state::Gateway,
    submit::now_us,
};
use chain_types::TenantId;
use indexer::provenance::{EventRow, Position, query as index};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use standards_epcis::{
    document::{self, QueryResult},
    query::{EventLimit, EventQuery},
};
use std::sync::Arc;
use uuid::Uuid;

/// Where a page begins: after this event, with so many given before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Token {
    after: Position,
    given: u32,
}

/// Events of one page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events, in the query's order.
    pub rows: Vec<EventRow>,
    /// The token of the next page; absent on the last.
    pub next: Option<String>,
}

impl Page {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The page as an EPCISQueryDocument.
    ///
    /// # Errors
    /// A failure of ours, when a row's document is damaged.
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

/// One page of a query.
///
/// # Errors
/// `request.invalid_cursor`, `provenance.query_too_large`.
pub async fn find_page(gateway: &Arc<Gateway>, tenant: Uuid, mut query: EventQuery) -> Result<Page, ApiError> {
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
    let after = token.map(|token| token.after);
    let mut rows = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let tenant = TenantId(tenant.into_bytes());
            if let (EventLimit::RefuseBeyond(most), true) = (query.limit, is_first) {
                let found = index::count_up_to(conn, tenant, &query, most.saturating_add(1)).await?;
                if found > u64::from(most) {
                    let detail = format!("There are more than {most} events; ask more narrowly.");
                    return Err(ApiError::new(&code::QUERY_TOO_LARGE, detail));
                }
            }
            Ok(index::find_events(conn, tenant, &query, after.as_ref(), wanted.saturating_add(1)).await?)
        })
    })
    .await?;
    let has_more = rows.len() > wanted as usize && !ends_here;
    rows.truncate(wanted as usize);
    let next = match rows.last().filter(|_| has_more) {
        Some(last) => {
            let token = Token { after: last.position(), given: given.saturating_add(wanted) };
            Some(gateway.cursors.seal(tenant, &list, &token)?)
        }
        None => None,
    };
    Ok(Page { rows, next })
}

/// A token that continues a query after one of its events.
///
/// # Errors
/// A failure of ours.
pub fn token_after(gateway: &Gateway, tenant: Uuid, query: &EventQuery, row: &EventRow) -> Result<String, ApiError> {
    gateway.cursors.seal(tenant, &list_name(query), &Token { after: row.position(), given: 0 })
}

/// The events of an id: the first recorded, others of the id, error declarations, in the ledger's order.
///
/// # Errors
/// Failures of the database.
pub async fn find_event(gateway: &Arc<Gateway>, tenant: Uuid, event_id: String) -> Result<Page, ApiError> {
    let rows = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::find_by_event_id(conn, TenantId(tenant.into_bytes()), &event_id).await?) })
    })
    .await?;
    Ok(Page { rows, next: None })
}

/// Where a record of an event stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundRecord {
    /// The place.
    pub place: Place,
    /// Whether it declares an earlier one wrong.
    pub declares_error: bool,
}

/// The places of all records of an event id, in the ledger's order.
///
/// # Errors
/// Failures of the database.
pub async fn find_places(
    gateway: &Arc<Gateway>,
    tenant: Uuid,
    event_id: String,
) -> Result<Vec<FoundRecord>, ApiError> {
    let page = find_event(gateway, tenant, event_id).await?;
    let found = page.rows.iter().map(|row| FoundRecord { place: place_of(row), declares_error: row.declares_error });
    Ok(found.collect())
}

/// The places of all records about a canonical identifier, in the ledger's order.
///
/// # Errors
/// Failures of the database.
pub async fn find_stream(gateway: &Arc<Gateway>, tenant: Uuid, canonical: String) -> Result<Vec<Place>, ApiError> {
    let rows = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(index::stream_records(conn, TenantId(tenant.into_bytes()), &canonical).await?) })
    })
    .await?;
    Ok(rows.iter().map(|row| Place { shard: row.shard, height: row.height, record: row.record_index }).collect())
}

fn place_of(row: &EventRow) -> Place {
    Place { shard: row.shard, height: row.height, record: row.record_index }
}

/// The name of a query's list: what decides which events it finds and in which order, and nothing else.
fn list_name(query: &EventQuery) -> String {
    let bare = EventQuery { per_page: 0, next_page_token: None, ..query.clone() };
    format!("events:{}", hex::encode(Sha256::digest(format!("{bare:?}"))))
}
