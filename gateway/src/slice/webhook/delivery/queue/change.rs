//! What a queue must store. Invariant: the stored position never passes an event that is neither settled nor has a row.

use super::{Arrival, EventKey};
use std::collections::{BTreeMap, BTreeSet};

/// An event of an endpoint with a row: one that waits for another attempt, or a dead letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub key: EventKey,
    /// The hashes of its subjects.
    pub subjects: Vec<u64>,
    /// The failed attempts.
    pub attempts: u32,
    /// When the next attempt is due, in milliseconds since 1970; `None` before the first one, and for a dead letter.
    pub next_at_ms: Option<u64>,
    /// Whether it is a dead letter.
    pub is_dead: bool,
    /// The stable code of the last failure, if it is known.
    pub error: Option<&'static str>,
}

/// Events that are sent again: those from `next` to `until`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replay {
    /// Its id, above 0.
    pub id: u64,
    /// The first number that is not read yet, or not stored yet.
    pub next: u64,
    /// The last number.
    pub until: u64,
}

/// What must be stored in one transaction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// The position: all events up to it are settled or have a row. `None` when it did not move.
    pub read_to: Option<u64>,
    /// The replay with the first number that is neither settled nor has a row; above `until` it is over.
    pub replay: Option<Replay>,
    /// Rows to write, new ones and changed ones.
    pub rows: Vec<Row>,
    /// The events whose rows are to be deleted.
    pub settled: Vec<EventKey>,
}

impl Changes {
    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        self.read_to.is_none() && self.replay.is_none() && self.rows.is_empty() && self.settled.is_empty()
    }
}

/// What is not stored yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    /// The events without a row, in the order in which they came, and by key.
    unsaved: BTreeMap<Arrival, EventKey>,
    unsaved_keys: BTreeSet<EventKey>,
    /// The events whose rows changed, with the code of their last failure.
    tried: BTreeMap<Arrival, Option<&'static str>>,
    dead: Vec<Row>,
    settled: Vec<EventKey>,
    read_to: u64,
    stored_read_to: u64,
    replay: Option<Replay>,
    stored_next: u64,
}

impl Pending {
    pub(super) fn new(read_to: u64) -> Self {
        Self { read_to, stored_read_to: read_to, ..Self::default() }
    }

    pub(super) fn came(&mut self, arrival: Arrival, key: EventKey) {
        self.unsaved.insert(arrival, key);
        self.unsaved_keys.insert(key);
    }

    pub(super) fn tried(&mut self, arrival: Arrival, error: Option<&'static str>) {
        self.tried.insert(arrival, error);
    }

    pub(super) fn delivered(&mut self, arrival: Arrival, key: EventKey) {
        self.tried.remove(&arrival);
        if !self.forget_unsaved(arrival) {
            self.settled.push(key);
        }
    }

    pub(super) fn died(&mut self, arrival: Arrival, row: Row) {
        self.tried.remove(&arrival);
        self.forget_unsaved(arrival);
        self.dead.push(row);
    }

    pub(super) fn read(&mut self, read_to: u64) {
        self.read_to = self.read_to.max(read_to);
    }

    pub(super) fn read_to(&self) -> u64 {
        self.read_to
    }

    pub(super) fn begin_replay(&mut self, replay: Replay) {
        if self.replay.is_none_or(|known| known.id != replay.id) {
            self.replay = Some(replay);
            self.stored_next = replay.next;
        }
    }

    pub(super) fn read_replay(&mut self, next: u64) {
        if let Some(replay) = &mut self.replay {
            replay.next = replay.next.max(next);
        }
    }

    pub(super) fn replay(&self) -> Option<Replay> {
        self.replay
    }

    pub(super) fn first_unsaved(&self) -> Option<Arrival> {
        self.unsaved.keys().next().copied()
    }

    /// Whether there is something to store besides events that hold back the position.
    pub(super) fn is_some(&self) -> bool {
        !self.tried.is_empty()
            || !self.dead.is_empty()
            || !self.settled.is_empty()
            || self.position() > self.stored_read_to
            || self.replay.is_some_and(|replay| self.replay_next(replay) > self.stored_next)
    }

    /// Takes what must be stored. `is_held` says of an event without a row whether it gets one; the events are asked in
    /// the order in which they came, up to the first that gets none. `row` makes the row of an unsettled event.
    pub(super) fn take(
        &mut self,
        is_held: impl Fn(&Arrival) -> bool,
        row: impl Fn(Arrival, Option<&'static str>) -> Option<Row>,
    ) -> Changes {
        let held: Vec<Arrival> = self.unsaved.keys().copied().take_while(is_held).collect();
        for arrival in held {
            self.tried.entry(arrival).or_default();
        }
        let tried = std::mem::take(&mut self.tried);
        for arrival in tried.keys() {
            self.forget_unsaved(*arrival);
        }
        let mut rows: Vec<Row> = tried.into_iter().filter_map(|(arrival, error)| row(arrival, error)).collect();
        rows.append(&mut self.dead);
        let mut changes = Changes { rows, settled: std::mem::take(&mut self.settled), ..Changes::default() };
        let position = self.position();
        if position > self.stored_read_to {
            self.stored_read_to = position;
            changes.read_to = Some(position);
        }
        if let Some(replay) = self.replay {
            let next = self.replay_next(replay);
            if next > self.stored_next {
                self.stored_next = next;
                changes.replay = Some(Replay { next, ..replay });
            }
            if next > replay.until {
                self.replay = None;
            }
        }
        changes
    }

    fn forget_unsaved(&mut self, arrival: Arrival) -> bool {
        let found = self.unsaved.remove(&arrival);
        found.is_some_and(|key| self.unsaved_keys.remove(&key))
    }

    fn position(&self) -> u64 {
        self.first_unsaved_of(0).map_or(self.read_to, |sequence| sequence.saturating_sub(1).min(self.read_to))
    }

    fn replay_next(&self, replay: Replay) -> u64 {
        self.first_unsaved_of(replay.id).map_or(replay.next, |sequence| sequence.min(replay.next))
    }

    fn first_unsaved_of(&self, replay: u64) -> Option<u64> {
        let all = EventKey { replay, sequence: 0 }..=EventKey { replay, sequence: u64::MAX };
        self.unsaved_keys.range(all).next().map(|key| key.sequence)
    }
}
