//! The bounds of what is examined for one page of a query of fields without an index. Invariant: nothing is begun once
//! a bound is reached.

use super::PAGE_BYTES_MAX;
use std::time::{Duration, Instant};

/// The most events that are examined for one page.
pub const EXAMINED_EVENTS_MAX: u32 = 10_000;
/// The most bytes of documents that are examined for one page. The last batch can exceed it.
pub const EXAMINED_BYTES_MAX: u32 = 16 * 1_024 * 1_024;
/// The most ids of master data that are looked up for one page. The last event can exceed it.
pub const LOOKED_UP_IDS_MAX: u32 = 10_000;
/// The time in milliseconds after which no further batch is examined for a page.
pub const EXAMINED_MS_MAX: u64 = 3_000;

/// The most that is examined for one page.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    events: u32,
    bytes: u32,
    ids: u32,
}

impl Bounds {
    /// Those of a page of the largest size.
    pub(super) const WHOLE: Self =
        Self { events: EXAMINED_EVENTS_MAX, bytes: EXAMINED_BYTES_MAX, ids: LOOKED_UP_IDS_MAX };

    /// In proportion to the bytes of a page: a request of GraphQL has several smaller ones.
    pub(super) fn of_page(bytes: u32) -> Self {
        let part = (PAGE_BYTES_MAX / bytes.max(1)).max(1);
        let Self { events, bytes, ids } = Self::WHOLE;
        Self { events: events / part, bytes: bytes / part, ids: ids / part }
    }
}

/// What was examined for a page so far.
pub(super) struct Effort {
    bounds: Bounds,
    pub(super) events: u32,
    bytes: usize,
    ids: usize,
    ends_at: Instant,
}

impl Effort {
    pub(super) fn new(bounds: Bounds, now: Instant) -> Self {
        Self { bounds, events: 0, bytes: 0, ids: 0, ends_at: now + Duration::from_millis(EXAMINED_MS_MAX) }
    }

    /// Adds events whose examination is complete.
    pub(super) fn add_events(&mut self, events: usize) {
        self.events = self.events.saturating_add(u32::try_from(events).unwrap_or(u32::MAX));
    }

    /// Adds bytes of documents, of events or of elements of master data.
    pub(super) fn add_bytes(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Adds ids of master data that are looked up.
    pub(super) fn add_ids(&mut self, ids: usize) {
        self.ids = self.ids.saturating_add(ids);
    }

    /// The events that may still be examined.
    pub(super) fn events_left(&self) -> u32 {
        self.bounds.events.saturating_sub(self.events)
    }

    /// Whether no further master data may be read. Until the first event is examined, time is no bound: a page ends
    /// behind an event.
    pub(super) fn ends_look_ups(&self) -> bool {
        self.has_read_all() || self.events > 0 && self.is_spent(Instant::now())
    }

    fn has_read_all(&self) -> bool {
        self.bytes >= self.bounds.bytes as usize || self.ids >= self.bounds.ids as usize
    }

    /// Whether nothing more may be examined.
    pub(super) fn is_spent(&self, now: Instant) -> bool {
        self.events >= self.bounds.events || self.has_read_all() || now >= self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(events: usize, bytes: usize, ms: u64) -> bool {
        let now = Instant::now();
        let mut effort = Effort::new(Bounds::WHOLE, now);
        effort.add_events(events / 2);
        effort.add_events(events - events / 2);
        effort.add_bytes(bytes / 2);
        effort.add_bytes(bytes - bytes / 2);
        effort.is_spent(now + Duration::from_millis(ms))
    }

    #[test]
    fn a_page_ends_at_the_events_that_were_examined() {
        let most = EXAMINED_EVENTS_MAX as usize;
        assert!(!at(most - 1, 0, 0) && at(most, 0, 0));
    }

    #[test]
    fn a_page_ends_at_the_ids_that_were_looked_up() {
        let now = Instant::now();
        let mut effort = Effort::new(Bounds::WHOLE, now);
        effort.add_ids(LOOKED_UP_IDS_MAX as usize - 1);
        assert!(!effort.is_spent(now));
        effort.add_ids(1);
        assert!(effort.is_spent(now));
    }

    #[test]
    fn a_page_ends_at_the_time_of_its_examination() {
        assert!(!at(0, 0, EXAMINED_MS_MAX - 1) && at(0, 0, EXAMINED_MS_MAX));
    }

    #[test]
    fn a_small_page_examines_less() {
        let most = EXAMINED_BYTES_MAX as usize;
        assert!(!at(0, most - 1, 0) && at(0, most, 0));
        for (bytes, part) in [(PAGE_BYTES_MAX, 1), (PAGE_BYTES_MAX / 4, 4), (PAGE_BYTES_MAX * 2, 1)] {
            let bounds = Bounds::of_page(bytes);
            let whole = (EXAMINED_EVENTS_MAX, EXAMINED_BYTES_MAX, LOOKED_UP_IDS_MAX);
            assert_eq!((bounds.events * part, bounds.bytes * part, bounds.ids * part), whole);
        }
    }
}
