//! The events of an endpoint that were read and are not settled yet. Invariant: an event is sent only when no earlier
//! unsettled event of the endpoint shares a subject with it, and no event is forgotten: it is unsettled here, stored as
//! pending or dead, or above the position that is stored.
//!
//! A queue does nothing by itself: the caller passes the time, sends what is due, reports what became of it, and stores
//! the [`Changes`].

mod change;
#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

pub use change::{Changes, Replay, Row};

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

/// The most unsettled events of an endpoint. With as many, it reads no further: the index keeps the later ones.
const PENDING_MAX: usize = super::super::bounds::PENDING_MAX as usize;
/// The most subjects of all unsettled events of an endpoint, after which it reads no further. One more event may pass
/// it. A subject takes some 100 bytes here.
pub const PENDING_SUBJECTS_MAX: usize = 20_000;
/// The most events that wait for nothing but their turn. With as many, an endpoint reads no further.
pub const READY_MAX: usize = 256;
/// The time in milliseconds that an unsettled event may hold back the stored position. A row is stored for it then, so
/// that a crash repeats only what was sent in that time.
pub const UNSAVED_MS_MAX: u64 = 2_000;

/// An event to send: its number, and the replay that sends it again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventKey {
    /// The id of the replay; 0 for the first time that an event is sent.
    pub replay: u64,
    /// The number of the event.
    pub sequence: u64,
}

/// What became of a call. Times are in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The receiver has the event.
    Delivered,
    /// Another attempt is due at a time.
    Retry { at_ms: u64 },
    /// No attempt is left: the event is a dead letter, and those that wait for it go on.
    Dead,
    /// There was no call: the event is due at a time, as if it had not been tried.
    NotSent { at_ms: u64 },
}

/// The order in which events came.
type Arrival = u64;

/// The unsettled events of an endpoint.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    entries: BTreeMap<Arrival, Entry>,
    arrivals: HashMap<EventKey, Arrival>,
    /// For each subject its unsettled events, in the order in which they came.
    lines: HashMap<u64, VecDeque<Arrival>>,
    /// The events that are first in all their lines and are not being sent, by the time at which they are due.
    ready: BTreeSet<(u64, Arrival)>,
    next_arrival: Arrival,
    /// The number of all subjects of the entries.
    subjects: usize,
    /// Dead letters above the stored position, which are read again.
    buried: HashSet<EventKey>,
    changes: change::Pending,
}

/// An unsettled event.
#[derive(Clone, Debug)]
struct Entry {
    key: EventKey,
    subjects: Vec<u64>,
    /// The failed attempts.
    attempts: u32,
    due_ms: u64,
    came_ms: u64,
    /// The number of its lines in which another event is first.
    behind: usize,
    is_sent: bool,
}

impl Queue {
    /// The queue of an endpoint whose events up to `read_to` are settled or restored as rows.
    pub fn new(read_to: u64) -> Self {
        Self { changes: change::Pending::new(read_to), ..Self::default() }
    }

    /// Adds a stored row. Rows are restored in the order of their keys, before events are admitted. One that is here
    /// already is left as it is, and a dead letter is only kept from being sent when it is read again.
    pub fn restore(&mut self, row: Row, now_ms: u64) {
        if row.is_dead {
            self.buried.insert(row.key);
            return;
        }
        if self.arrivals.contains_key(&row.key) {
            return;
        }
        let due_ms = row.next_at_ms.unwrap_or(now_ms);
        self.push(row.key, row.subjects, row.attempts, due_ms, now_ms);
    }

    /// Adds an event that was read, with the hashes of its subjects, at least one.
    pub fn admit(&mut self, key: EventKey, subjects: Vec<u64>, now_ms: u64) {
        if self.buried.remove(&key) {
            return;
        }
        if let Some(arrival) = self.push(key, subjects, 0, now_ms, now_ms) {
            self.changes.came(arrival, key);
        }
    }

    /// Adds the events of a page, in the order of their numbers, as long as there is room for their subjects, which
    /// only the page tells. `replay` is as in [`EventKey`], and `read_to` the last number of the page. Returns the
    /// number up to which it was taken.
    pub fn admit_page(&mut self, replay: u64, events: Vec<(u64, Vec<u64>)>, read_to: u64, now_ms: u64) -> u64 {
        for (sequence, subjects) in events {
            if self.subjects >= PENDING_SUBJECTS_MAX {
                return sequence.saturating_sub(1);
            }
            self.admit(EventKey { replay, sequence }, subjects, now_ms);
        }
        read_to
    }

    /// Notes that events up to a number were read, those that the endpoint does not want included.
    pub fn read(&mut self, read_to: u64) {
        self.changes.read(read_to);
    }

    /// Begins a replay, or continues it after a restart.
    pub fn begin_replay(&mut self, replay: Replay) {
        self.changes.begin_replay(replay);
    }

    /// Notes that events of the replay below a number were read.
    pub fn read_replay(&mut self, next: u64) {
        self.changes.read_replay(next);
    }

    /// The replay that runs, with the number of the event to read next.
    pub fn replay(&self) -> Option<Replay> {
        self.changes.replay()
    }

    /// The events up to this number were read.
    pub fn read_to(&self) -> u64 {
        self.changes.read_to()
    }

    /// The number of events that may be read now.
    pub fn room(&self, now_ms: u64) -> usize {
        if self.subjects >= PENDING_SUBJECTS_MAX {
            return 0;
        }
        let pending = PENDING_MAX.saturating_sub(self.entries.len());
        pending.min(READY_MAX - self.due(now_ms, READY_MAX).count())
    }

    /// Whether an event is unsettled.
    pub fn contains(&self, key: EventKey) -> bool {
        self.arrivals.contains_key(&key)
    }

    /// The number of unsettled events.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether all events are settled.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The time at which the next event is due; `None` when all others wait for events that are being sent.
    pub fn due_ms(&self) -> Option<u64> {
        self.ready.first().map(|(due_ms, _)| *due_ms)
    }

    /// The first events that are due, at most `count`, without taking them.
    pub fn due(&self, now_ms: u64, count: usize) -> impl Iterator<Item = EventKey> {
        let due = self.ready.iter().take_while(move |(due_ms, _)| *due_ms <= now_ms).take(count);
        due.filter_map(|(_, arrival)| self.entries.get(arrival)).map(|entry| entry.key)
    }

    /// Takes the first event that is due, to send it: its key and the number of its failed attempts. It stays here
    /// until [`settle`](Self::settle).
    pub fn take(&mut self, now_ms: u64) -> Option<(EventKey, u32)> {
        let (_, arrival) = self.ready.first().copied().filter(|(due_ms, _)| *due_ms <= now_ms)?;
        self.ready.pop_first();
        let entry = self.entries.get_mut(&arrival)?;
        entry.is_sent = true;
        Some((entry.key, entry.attempts))
    }

    /// Notes what became of an event that was taken; others are ignored.
    pub fn settle(&mut self, key: EventKey, verdict: Verdict, error: Option<&'static str>, now_ms: u64) {
        let Some(&arrival) = self.arrivals.get(&key) else { return };
        let Some(entry) = self.entries.get_mut(&arrival).filter(|entry| entry.is_sent) else { return };
        match verdict {
            Verdict::Retry { at_ms } | Verdict::NotSent { at_ms } => {
                entry.is_sent = false;
                entry.due_ms = at_ms;
                if matches!(verdict, Verdict::Retry { .. }) {
                    entry.attempts += 1;
                    self.changes.tried(arrival, error);
                }
                self.ready.insert((at_ms, arrival));
            }
            Verdict::Delivered => {
                self.changes.delivered(arrival, key);
                self.remove(arrival, now_ms);
            }
            Verdict::Dead => {
                entry.attempts += 1;
                let (attempts, subjects) = (entry.attempts, entry.subjects.clone());
                let row = Row { key, subjects, attempts, next_at_ms: None, is_dead: true, error };
                self.changes.died(arrival, row);
                self.remove(arrival, now_ms);
            }
        }
    }

    /// Takes what must be stored, in one transaction: what became of events, those that hold back the position for
    /// long, or `all` when the endpoint stops.
    pub fn changes(&mut self, now_ms: u64, all: bool) -> Changes {
        let (entries, changes) = (&self.entries, &mut self.changes);
        let is_held = |arrival: &Arrival| {
            all || entries.get(arrival).is_some_and(|entry| entry.came_ms.saturating_add(UNSAVED_MS_MAX) <= now_ms)
        };
        changes.take(is_held, |arrival, error| {
            entries.get(&arrival).map(|entry| Row {
                key: entry.key,
                subjects: entry.subjects.clone(),
                attempts: entry.attempts,
                next_at_ms: (entry.attempts > 0).then_some(entry.due_ms),
                is_dead: false,
                error,
            })
        })
    }

    /// Whether there is something to store at a time.
    pub fn is_changed(&self, now_ms: u64) -> bool {
        self.changes.is_some() || self.held_ms().is_some_and(|held_ms| held_ms <= now_ms)
    }

    /// The time at which an event will have held back the position for long.
    pub fn held_ms(&self) -> Option<u64> {
        let entry = self.entries.get(&self.changes.first_unsaved()?)?;
        Some(entry.came_ms.saturating_add(UNSAVED_MS_MAX))
    }

    fn push(
        &mut self,
        key: EventKey,
        mut subjects: Vec<u64>,
        attempts: u32,
        due_ms: u64,
        came_ms: u64,
    ) -> Option<Arrival> {
        if self.arrivals.contains_key(&key) {
            return None;
        }
        subjects.sort_unstable();
        subjects.dedup();
        let arrival = self.next_arrival;
        self.next_arrival += 1;
        let mut behind = 0;
        for subject in &subjects {
            let line = self.lines.entry(*subject).or_default();
            behind += usize::from(!line.is_empty());
            line.push_back(arrival);
        }
        if behind == 0 {
            self.ready.insert((due_ms, arrival));
        }
        self.subjects += subjects.len();
        self.arrivals.insert(key, arrival);
        self.entries.insert(arrival, Entry { key, subjects, attempts, due_ms, came_ms, behind, is_sent: false });
        Some(arrival)
    }

    /// Removes an event that is first in all its lines.
    fn remove(&mut self, arrival: Arrival, now_ms: u64) {
        let Some(entry) = self.entries.remove(&arrival) else { return };
        self.arrivals.remove(&entry.key);
        self.subjects -= entry.subjects.len();
        for subject in entry.subjects {
            let Some(line) = self.lines.get_mut(&subject) else { continue };
            line.pop_front();
            let Some(first) = line.front() else {
                self.lines.remove(&subject);
                continue;
            };
            if let Some(next) = self.entries.get_mut(first) {
                next.behind -= 1;
                if next.behind == 0 {
                    next.due_ms = next.due_ms.max(now_ms);
                    self.ready.insert((next.due_ms, *first));
                }
            }
        }
    }
}
