//! Finds the events of a query with conditions that no index answers: the index gives candidates in the order of the
//! answer, and each is read and checked. Invariant: a page is the matching events among consecutive candidates. It ends
//! at its size or at a bound of what was examined, and the next page begins behind the last candidate.
//!
//! Candidates are read in batches. While one is checked, on the threads for such work, no connection is held.

use super::{
    code,
    effort::{Bounds, Effort},
    too_complex,
};
use crate::{db, error::ApiError, state::Gateway, tenant_id::TenantId, vault::TenantKeys};
use indexer::provenance::{self as index, EventPosition, EventRow, Owner, PageLimit};
use standards_epcis::{document::read_record, filter::Checker, query::EventQuery};
use std::{sync::Arc, time::Instant};

/// The bytes of documents that are read at once, in addition to those of the page.
pub(super) const BATCH_BYTES_MAX: u32 = 1_024 * 1_024;
/// The events of the first batch, and of the largest.
const BATCH_EVENTS: [u32; 2] = [64, 1_024];

/// What a search is about.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) tenant: TenantId,
    pub(super) keys: Arc<TenantKeys>,
    pub(super) query: Arc<EventQuery>,
}

/// A page of matching events.
pub(super) struct Found {
    pub(super) rows: Vec<EventRow>,
    /// The position after which the next page begins; `None` when no candidate is left.
    pub(super) next: Option<EventPosition>,
    /// The events that were examined, when a bound of them ended the page.
    pub(super) ended_after: Option<u32>,
}

/// A candidate: its row if it matches.
struct Candidate {
    position: EventPosition,
    row: Option<EventRow>,
}

/// A walk through the candidates in the order of the answer.
struct Walk<'g> {
    gateway: &'g Gateway,
    subject: Subject,
    /// The candidate before the next batch.
    after: Option<EventPosition>,
    has_more: bool,
    batch_events: u32,
    effort: Effort,
}

impl<'g> Walk<'g> {
    fn new(gateway: &'g Gateway, subject: Subject, after: Option<EventPosition>, bounds: Bounds) -> Self {
        let effort = Effort::new(bounds, Instant::now());
        let [batch_events, _] = BATCH_EVENTS;
        Self { gateway, subject, after, has_more: true, batch_events, effort }
    }

    fn is_at_bound(&self) -> bool {
        self.effort.is_spent(Instant::now())
    }

    /// Examines the next candidates.
    async fn batch(&mut self) -> Result<Vec<Candidate>, ApiError> {
        let rows = self.batch_events.min(self.effort.events_left()).max(1);
        let limit = PageLimit { rows, bytes: BATCH_BYTES_MAX };
        let (subject, after) = (self.subject.clone(), self.after);
        let found = db::search(&self.gateway.pool, subject.tenant, move |conn| {
            Box::pin(async move {
                let owner = Owner { tenant: subject.tenant.on_ledger(), subject_key: &subject.keys.subject };
                Ok(index::find_events(conn, owner, &subject.query, after.as_ref(), limit).await?)
            })
        })
        .await
        .map_err(too_complex)?;
        let [_, largest] = BATCH_EVENTS;
        self.batch_events = self.batch_events.saturating_mul(2).min(largest);
        self.effort.add(found.rows.len(), found.rows.iter().map(|row| row.document.len()).sum());
        self.has_more = found.next.is_some();
        self.after = found.next.or(self.after);
        let query = Arc::clone(&self.subject.query);
        self.gateway.processors.compute(move || check(&query, found.rows)).await
    }
}

fn check(query: &EventQuery, rows: Vec<EventRow>) -> Vec<Candidate> {
    let mut checker = Checker::new(&query.filters);
    let mut matches = |row: &EventRow| {
        row.has_event() && read_record(row.document.as_bytes()).is_ok_and(|record| checker.matches(&record))
    };
    let candidates = rows.into_iter().map(|row| {
        let position = EventPosition::of(&row, query.order_by);
        Candidate { position, row: matches(&row).then_some(row) }
    });
    candidates.collect()
}

/// Finds one page.
///
/// # Errors
/// `provenance.query_too_complex`, failures of the database.
pub(super) async fn page(
    gateway: &Gateway,
    subject: Subject,
    after: Option<EventPosition>,
    limit: PageLimit,
) -> Result<Found, ApiError> {
    let mut found = Found { rows: Vec::new(), next: None, ended_after: None };
    if limit.rows == 0 {
        return Ok(found);
    }
    let mut walk = Walk::new(gateway, subject, after, Bounds::of_page(limit.bytes));
    let mut bytes = 0;
    // The candidate after which the next page begins.
    let mut last = after;
    let is_full = |found: &Found| u32::try_from(found.rows.len()).is_ok_and(|rows| rows >= limit.rows);
    loop {
        for Candidate { position, row } in walk.batch().await? {
            if let Some(row) = row {
                bytes += row.document.len();
                if is_full(&found) || !found.rows.is_empty() && bytes > limit.bytes as usize {
                    found.next = last;
                    return Ok(found);
                }
                found.rows.push(row);
            }
            last = Some(position);
        }
        let is_at_bound = walk.is_at_bound();
        if !walk.has_more || is_full(&found) || is_at_bound {
            found.next = last.filter(|_| walk.has_more);
            found.ended_after = (walk.has_more && is_at_bound && !is_full(&found)).then_some(walk.effort.events);
            return Ok(found);
        }
    }
}

/// Refuses a query that more than `most` events match.
///
/// # Errors
/// `provenance.query_too_large`; `provenance.query_too_complex` when a bound is reached before it is known.
pub(super) async fn refuse_beyond(gateway: &Gateway, subject: Subject, most: u32) -> Result<(), ApiError> {
    let mut walk = Walk::new(gateway, subject, None, Bounds::WHOLE);
    let mut count = 0_usize;
    while walk.has_more {
        if walk.is_at_bound() {
            let detail = format!(
                "Whether more than {most} events match was not known after {} events; ask more narrowly, or without \
                 maxEventCount.",
                walk.effort.events
            );
            return Err(ApiError::new(&code::QUERY_TOO_COMPLEX, detail));
        }
        count += walk.batch().await?.into_iter().filter(|candidate| candidate.row.is_some()).count();
        if u32::try_from(count).map_or(true, |count| count > most) {
            return Err(super::too_large(most));
        }
    }
    Ok(())
}
