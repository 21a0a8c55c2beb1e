//! Runs queues through random calls, failures, stores and crashes, and compares them with a list.

use super::*;
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeMap;

/// The subjects of events: small numbers, so that many are shared.
const SUBJECTS: u64 = 6;
/// The subject whose events are never accepted.
const POISON: u64 = 0;
/// The attempts of an event.
const ATTEMPTS_MAX: u32 = 3;

#[derive(Clone, Debug)]
enum Step {
    /// Reads this many events.
    Read(usize),
    /// Takes an event.
    Take,
    /// Settles one of the taken events: by its place among them, and whether the receiver answers.
    Settle(usize, bool),
    /// Lets time pass.
    Pass(u64),
    /// Stores what changed.
    Store,
    /// Loses everything that is not stored.
    Crash,
    /// Sends the events up to a number again.
    Replay(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1..4_usize).prop_map(Step::Read),
        6 => Just(Step::Take),
        6 => (0..8_usize, any::<bool>()).prop_map(|(place, is_up)| Step::Settle(place, is_up)),
        2 => (1..3_000_u64).prop_map(Step::Pass),
        2 => Just(Step::Store),
        1 => Just(Step::Crash),
        1 => (1..20_u64).prop_map(Step::Replay),
    ];
    vec(step, 1..200)
}

/// An endpoint, what is stored of it, and what its receiver saw.
#[derive(Debug, Default)]
struct World {
    /// The subjects of event `n` at `n - 1`.
    events: Vec<Vec<u64>>,
    queue: Queue,
    now_ms: u64,
    taken: Vec<(EventKey, u32)>,
    rows: BTreeMap<EventKey, Row>,
    read_to: u64,
    stored_replay: Option<Replay>,
    replays: u64,
    /// The events that were accepted, each time that they were.
    accepted: Vec<EventKey>,
    /// Those that were given up.
    dead: Vec<EventKey>,
}

impl World {
    fn subjects(&self, key: EventKey) -> &[u64] {
        &self.events[usize::try_from(key.sequence - 1).expect("small")]
    }

    fn is_poison(&self, key: EventKey) -> bool {
        self.subjects(key).contains(&POISON)
    }

    fn is_settled(&self, key: EventKey) -> bool {
        self.accepted.contains(&key) || self.dead.contains(&key)
    }

    fn read(&mut self, count: usize) {
        for _ in 0..count.min(self.queue.room(self.now_ms)) {
            if let Some(replay) = self.queue.replay().filter(|replay| replay.next <= replay.until) {
                let key = EventKey { replay: replay.id, sequence: replay.next };
                let subjects = self.subjects(key).to_vec();
                self.queue.admit(key, subjects, self.now_ms);
                self.queue.read_replay(replay.next + 1);
            }
            let sequence = self.queue.read_to() + 1;
            if sequence > self.events.len() as u64 {
                return;
            }
            let key = EventKey { replay: 0, sequence };
            let subjects = self.subjects(key).to_vec();
            self.queue.admit(key, subjects, self.now_ms);
            self.queue.read(sequence);
        }
    }

    fn take(&mut self) {
        let Some((key, attempts)) = self.queue.take(self.now_ms) else { return };
        for (other, _) in &self.taken {
            let shared = self.subjects(*other).iter().any(|subject| self.subjects(key).contains(subject));
            assert!(!shared, "{key:?} is sent beside {other:?}");
        }
        // An event that was settled before a crash may come once more after a later one, under the same id.
        for earlier in 1..key.sequence {
            let earlier = EventKey { sequence: earlier, ..key };
            if self.queue.contains(earlier) && !self.is_settled(earlier) {
                let shared = self.subjects(earlier).iter().any(|subject| self.subjects(key).contains(subject));
                assert!(!shared, "{key:?} is sent before {earlier:?}");
            }
        }
        self.taken.push((key, attempts));
    }

    fn settle(&mut self, place: usize, is_up: bool) {
        if self.taken.is_empty() {
            return;
        }
        let (key, attempts) = self.taken.swap_remove(place % self.taken.len());
        let verdict = if is_up && !self.is_poison(key) {
            self.accept(key);
            Verdict::Delivered
        } else if attempts + 1 >= ATTEMPTS_MAX {
            self.dead.push(key);
            Verdict::Dead
        } else {
            Verdict::Retry { at_ms: self.now_ms + 1_000 }
        };
        self.queue.settle(key, verdict, None, self.now_ms);
    }

    /// The receiver sees the events of a subject in order: an event that it sees for the first time is later than all
    /// that it saw.
    fn accept(&mut self, key: EventKey) {
        if key.replay == 0 && !self.is_settled(key) {
            for seen in self.accepted.iter().filter(|seen| seen.replay == 0) {
                let shared = self.subjects(*seen).iter().any(|subject| self.subjects(key).contains(subject));
                assert!(!shared || seen.sequence < key.sequence, "{key:?} came after {seen:?}");
            }
        }
        self.accepted.push(key);
    }

    fn store(&mut self, all: bool) {
        let changes = self.queue.changes(self.now_ms, all);
        // In this order, as the database does: an event that was settled can have come again since.
        for key in changes.settled {
            assert!(self.rows.remove(&key).is_some(), "{key:?} has a row");
        }
        for row in changes.rows {
            self.rows.insert(row.key, row);
        }
        self.read_to = changes.read_to.unwrap_or(self.read_to);
        if let Some(replay) = changes.replay {
            self.stored_replay = (replay.next <= replay.until).then_some(replay);
            self.check_replay(replay);
        }
        for sequence in 1..=self.read_to {
            let key = EventKey { replay: 0, sequence };
            assert!(self.is_settled(key) || self.rows.contains_key(&key), "{key:?} is lost");
        }
    }

    fn check_replay(&self, replay: Replay) {
        for sequence in 1..replay.next {
            let key = EventKey { replay: replay.id, sequence };
            assert!(self.is_settled(key) || self.rows.contains_key(&key), "{key:?} is lost");
        }
    }

    fn crash(&mut self) {
        self.taken.clear();
        self.queue = Queue::new(self.read_to);
        for row in self.rows.values() {
            self.queue.restore(row.clone(), self.now_ms);
        }
        if let Some(replay) = self.stored_replay {
            self.queue.begin_replay(replay);
        }
    }

    fn replay(&mut self, until: u64) {
        let until = until.min(self.queue.read_to());
        if self.queue.replay().is_none() && until > 0 {
            self.replays += 1;
            let replay = Replay { id: self.replays, next: 1, until };
            self.stored_replay = Some(replay);
            self.queue.begin_replay(replay);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Read(count) => self.read(*count),
            Step::Take => self.take(),
            Step::Settle(place, is_up) => self.settle(*place, *is_up),
            Step::Pass(ms) => self.now_ms += ms,
            Step::Store => self.store(false),
            Step::Crash => self.crash(),
            Step::Replay(until) => self.replay(*until),
        }
    }

    /// Reads and sends everything to a receiver that is up.
    fn finish(&mut self) {
        loop {
            self.read(usize::MAX);
            self.take();
            while !self.taken.is_empty() {
                self.settle(0, true);
            }
            let is_read = self.queue.read_to() == self.events.len() as u64;
            let is_replayed = self.queue.replay().is_none_or(|replay| replay.next > replay.until);
            match self.queue.due_ms() {
                None if is_read && is_replayed => break,
                None => {}
                Some(due_ms) => self.now_ms = self.now_ms.max(due_ms),
            }
        }
        self.store(true);
    }
}

proptest! {
    #[test]
    fn no_event_is_lost_or_overtakes_another_of_its_subjects(
        events in vec(vec(0..SUBJECTS, 1..4), 1..40),
        steps in steps(),
    ) {
        let mut world = World { events, ..World::default() };
        for step in &steps {
            world.step(step);
        }
        world.finish();
        prop_assert!(world.queue.is_empty());
        prop_assert_eq!(world.read_to, world.events.len() as u64);
        prop_assert_eq!(world.stored_replay, None);
        let dead: Vec<EventKey> = world.rows.keys().copied().collect();
        for sequence in 1..=world.events.len() as u64 {
            let key = EventKey { replay: 0, sequence };
            prop_assert!(world.accepted.contains(&key) || dead.contains(&key), "{:?}", key);
            prop_assert!(!world.is_poison(key) || dead.contains(&key), "{:?} is a dead letter", key);
        }
    }
}
