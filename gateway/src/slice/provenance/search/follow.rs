//! Finds what a standing query has not told yet: the matching events after a position, in the order in which they were
//! recorded. Invariant: an event that becomes visible later is behind every position that was returned before. All
//! events of a tenant are on its home shard, where the times of blocks never descend, so the order of record times is
//! that of blocks, and the index shows a block whole or not at all.

use super::{Charge, Examined, examine, indexed, within_places};
use crate::{db, error::ApiError, state::Gateway, tenant_id::TenantId};
use chain_types::{Height, ShardId};
use indexer::provenance::{self as index, EventPosition, EventRow, Owner, PageLimit};
use standards_epcis::{
    query::{EventLimit, EventQuery, OrderBy, OrderDirection},
    timestamp::Timestamp,
};
use std::sync::Arc;

/// The position before all events.
pub const BEGINNING: EventPosition =
    EventPosition { time: Timestamp::from_unix_ms(0), shard: ShardId(0), height: Height(0), record_index: 0 };

/// The next events of a standing query.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The events in the order in which they were recorded.
    pub rows: Vec<EventRow>,
    /// Every event up to here was examined.
    pub read_to: EventPosition,
    /// Whether there may be others behind it.
    pub has_more: bool,
}

impl Followed {
    /// The first events alone; the others are behind it.
    #[must_use]
    pub fn up_to(mut self, events: usize) -> Self {
        if events < self.rows.len() {
            self.rows.truncate(events);
            let last = self.rows.last().map(|row| EventPosition::of(row, OrderBy::RecordTime));
            // Without an event nothing was examined; nobody asks for that.
            self.read_to = last.unwrap_or(BEGINNING);
            self.has_more = true;
        }
        self
    }
}

/// Finds the events of a query after a position, at most as many as `limit` allows, and takes `memory` bytes for them
/// and what is made of them. The order, the page and the limits of the query itself do not count.
///
/// # Errors
/// `limit.share`, `limit.overloaded`, `provenance.query_too_complex`, failures of the database.
pub async fn find_after(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    query: EventQuery,
    after: EventPosition,
    limit: PageLimit,
    memory: usize,
) -> Result<Followed, ApiError> {
    // Read before the search: what is recorded up to here is visible to it.
    let newest = newest_position(gateway, tenant).await?;
    if !is_behind(&after, &newest) {
        return Ok(Followed { rows: Vec::new(), read_to: after, has_more: false });
    }
    let mut query = EventQuery {
        order_by: OrderBy::RecordTime,
        order_direction: OrderDirection::Ascending,
        limit: EventLimit::None,
        next_page_token: None,
        ..query
    };
    let keys = gateway.tenant_keys(tenant).await?;
    let charge = Charge::reserve(memory.saturating_add(examine::memory_bytes(&query.filters))).await?;
    if !(query.read_points_within.is_empty() && query.biz_locations_within.is_empty()) {
        query = within_places(gateway, tenant, &keys, query).await?;
    }
    let subject = Examined { tenant, keys, query: Arc::new(query) };
    let found = if subject.query.filters.is_empty() {
        indexed(gateway, subject, Some(after), limit, None).await?
    } else {
        examine::page(gateway, subject, Some(after), limit).await?
    };
    charge.keep_part_for_answer(memory);
    let has_more = found.next.is_some();
    let last = found.rows.last().map(|row| EventPosition::of(row, OrderBy::RecordTime));
    let read_to = found.next.unwrap_or_else(|| later(last.unwrap_or(after), newest));
    Ok(Followed { rows: found.rows, read_to, has_more })
}

/// The position of the tenant's newest event; [`BEGINNING`] without one.
///
/// # Errors
/// Failures of the database.
pub async fn newest_position(gateway: &Arc<Gateway>, tenant: TenantId) -> Result<EventPosition, ApiError> {
    let keys = gateway.tenant_keys(tenant).await?;
    let query = EventQuery { order_by: OrderBy::RecordTime, ..EventQuery::default() };
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let owner = Owner { tenant: tenant.on_ledger(), subject_key: &keys.subject };
            Ok(index::find_events(conn, owner, &query, None, PageLimit { rows: 1, bytes: 0 }).await?)
        })
    });
    let newest = found.await?.rows.first().map(|row| EventPosition::of(row, OrderBy::RecordTime));
    Ok(newest.unwrap_or(BEGINNING))
}

/// Whether a position is before another one in the order of records.
fn is_behind(one: &EventPosition, other: &EventPosition) -> bool {
    key(one) < key(other)
}

fn later(one: EventPosition, other: EventPosition) -> EventPosition {
    if is_behind(&one, &other) { other } else { one }
}

fn key(position: &EventPosition) -> (Timestamp, ShardId, Height, u32) {
    (position.time, position.shard, position.height, position.record_index)
}
