//! Finds the events of a query with conditions that no index answers: the index gives candidates in the order of the
//! answer, and each is read and checked. Invariant: a page is the matching events among consecutive candidates. It ends
//! at its size or at a bound of what was examined, and the next page begins behind the last candidate.
//!
//! Candidates are read in batches. While one is checked, on the threads for such work, no connection is held.

use super::{
    code,
    effort::{Bounds, Effort},
    look_up::look_up,
    too_complex,
};
use crate::{db, error::ApiError, state::Gateway, tenant_id::TenantId, vault::TenantKeys};
use indexer::provenance::{self as index, EventPosition, EventRow, Owner, PageLimit};
use standards_epcis::{
    document::read_record,
    filter::{Checker, Elements, Filter, NAMED_IDS_PER_EVENT_MAX, Outcome, Wanted},
    query::EventQuery,
};
use std::{collections::VecDeque, mem, sync::Arc, time::Instant};

/// The bytes of documents that are read at once, in addition to those of the page.
const BATCH_BYTES_MAX: u32 = 1_024 * 1_024;

/// The memory of an examination in addition to that of the page, in bytes: a batch, and one of master data with what is
/// known of it.
pub(super) fn memory_bytes(filters: &[Filter]) -> usize {
    let batch = BATCH_BYTES_MAX as usize;
    if filters.iter().any(Filter::is_on_attributes) {
        4 * batch
    } else if filters.is_empty() {
        0
    } else {
        batch
    }
}
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
    /// What is known of the master data that candidates name.
    known: Elements,
}

impl<'g> Walk<'g> {
    fn new(gateway: &'g Gateway, subject: Subject, after: Option<EventPosition>, bounds: Bounds) -> Self {
        let effort = Effort::new(bounds, Instant::now());
        let [batch_events, _] = BATCH_EVENTS;
        Self { gateway, subject, after, has_more: true, batch_events, effort, known: Elements::default() }
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
        self.effort.add_bytes(found.rows.iter().map(|row| row.document.len()).sum());
        self.has_more = found.next.is_some();
        self.after = found.next.or(self.after);
        let mut checked = Checked { left: found.rows.into(), ..Checked::default() };
        let mut ends_here = false;
        loop {
            let (query, known) = (Arc::clone(&self.subject.query), mem::take(&mut self.known));
            (checked, self.known) =
                self.gateway.processors.compute(move || (checked.go_on(&query, &known), known)).await?;
            self.effort.add_events(mem::take(&mut checked.added));
            if checked.left.is_empty() {
                return Ok(checked.candidates);
            }
            // A page examines one event at least, so that pages come to an end.
            if self.effort.events > 0 && (ends_here || self.is_at_bound()) {
                self.has_more = true;
                return Ok(checked.candidates);
            }
            if checked.has_too_many_ids {
                let detail = format!(
                    "An event names more than {NAMED_IDS_PER_EVENT_MAX} ids in the fields whose master data is asked \
                     for; ask more narrowly."
                );
                return Err(ApiError::new(&code::QUERY_TOO_COMPLEX, detail));
            }
            if ends_here {
                let detail = "An event names more master data than is read for a page; ask more narrowly.";
                return Err(ApiError::new(&code::QUERY_TOO_COMPLEX, detail));
            }
            let ids = mem::take(&mut checked.wanted).into_ids();
            ends_here = !look_up(self.gateway, &self.subject, ids, &mut self.known, &mut self.effort).await?;
        }
    }
}

/// A batch of candidates of which the first ones are checked.
#[derive(Default)]
struct Checked {
    candidates: Vec<Candidate>,
    /// The number of candidates since the last look-up.
    added: usize,
    /// Those that depend on master data that is not known, and those behind them.
    left: VecDeque<EventRow>,
    /// The ids of that master data, those of the first event first.
    wanted: Wanted,
    /// Whether the first of those left cannot be decided.
    has_too_many_ids: bool,
}

impl Checked {
    /// Checks candidates up to one that needs a look-up, and notes what those behind it need, so that one look-up
    /// serves many.
    fn go_on(mut self, query: &EventQuery, known: &Elements) -> Self {
        let mut checker = Checker::new(&query.filters);
        let mut check = |row: &EventRow, wanted: &mut Wanted| match read_record(row.document.as_bytes()) {
            Ok(record) if row.has_event() => checker.check(&record, known, wanted),
            _ => Outcome::Unmet,
        };
        while let Some(row) = self.left.front() {
            let outcome = check(row, &mut self.wanted);
            if matches!(outcome, Outcome::Open | Outcome::TooManyIds) {
                self.has_too_many_ids = outcome == Outcome::TooManyIds;
                break;
            }
            let position = EventPosition::of(row, query.order_by);
            let row = self.left.pop_front().filter(|_| outcome == Outcome::Met);
            self.candidates.push(Candidate { position, row });
            self.added += 1;
        }
        for row in self.left.iter().skip(1) {
            if self.wanted.is_full() {
                break;
            }
            check(row, &mut self.wanted);
        }
        self
    }
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
