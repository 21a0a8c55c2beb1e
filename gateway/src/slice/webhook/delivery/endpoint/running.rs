//! What the task of an endpoint has in memory. Invariant: it is bounded, see the limits of the queue; bodies are kept
//! only of events that are due or being sent.

use super::{AGAIN_MS, Kept, Key, Opened, Pace, Queue, Receiver, Row, Shared, Wanted};
use crate::{
    budget::{Permit, Sharer},
    error::ApiError,
    event::model::webhook_id,
    webhook::{
        delivery::{
            call::{Called, now_ms},
            notice::{self, Disabling, Notice, Notices},
            queue::{Changes, EventKey, Verdict},
            read::{self, Body},
            settings::{STORE_CALLS_MAX, STORE_MS},
            store::{self, Batch, Failing, ms_of},
        },
        store::attempt::StoredAttempt,
    },
};
use bytes::Bytes;
use std::{collections::HashMap, sync::Arc};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// The most bodies that are read at once.
const BODIES_MAX: usize = 32;
/// The time until a place for a call is asked for again, in milliseconds.
const PLACE_MS: u64 = 50;
/// How long a position that moved without a call may wait to be stored, in milliseconds.
const POSITION_MS: u64 = 1_000;
/// The number of attempts after which older ones are dropped.
const PRUNE_ATTEMPTS: usize = 250;

/// Whether a batch was stored, or the endpoint was deleted.
pub(super) type Stored = Result<bool, ApiError>;

/// What a call sends. `attempts` counts the failed ones before it.
pub(super) enum Sent {
    Event {
        key: EventKey,
        attempts: u32,
        /// Whether the call takes no shared place.
        is_first: bool,
        /// When the event became final, in milliseconds since 1970.
        final_ms: u64,
    },
    Notice {
        id: String,
        attempts: u32,
    },
}

/// A call that has ended.
pub(super) struct Done {
    pub(super) sent: Sent,
    pub(super) called: Result<Called, ApiError>,
}

/// The work for an endpoint.
pub(super) struct Work {
    pub(super) shared: Arc<Shared>,
    pub(super) key: Key,
    pub(super) sharer: Sharer,
    pub(super) receiver: Arc<Receiver>,
    pub(super) wanted: Wanted,
    pub(super) queue: Queue,
    pub(super) notices: Notices,
    pub(super) pace: Pace,
    pub(super) bodies: HashMap<u64, Body>,
    pub(super) calls: JoinSet<Done>,
    /// Whether the call runs that takes no shared place.
    pub(super) has_first: bool,
    /// What is not stored yet.
    pub(super) attempts: Vec<StoredAttempt>,
    pub(super) failing_since_ms: Option<u64>,
    pub(super) unstored_failing: Option<Failing>,
    pub(super) last_failure_ms: Option<u64>,
    pub(super) disabled: Option<Disabling>,
    /// The attempts since older ones were dropped.
    pub(super) unpruned: usize,
    pub(super) changed_ms: Option<u64>,
    pub(super) storing: Option<AbortOnDropHandle<Stored>>,
    /// The batch that is being stored, or could not be stored.
    pub(super) batch: Option<Arc<Batch>>,
    /// Whether there may be events that were not read.
    pub(super) is_behind: bool,
    /// Whether there are rows that were not restored.
    pub(super) has_rows_left: bool,
    /// No statement is made before this time, as the last one failed.
    pub(super) holds_to_ms: u64,
    pub(super) places_at_ms: u64,
}

impl Work {
    pub(super) async fn new(shared: Arc<Shared>, key: Key, mut opened: Opened) -> Result<Self, ApiError> {
        let now_ms = now_ms();
        let mut queue = Queue::new(opened.endpoint.read_to);
        for key in std::mem::take(&mut opened.dead) {
            let subjects = Vec::new();
            queue.restore(Row { key, subjects, attempts: 0, next_at_ms: None, is_dead: true, error: None }, now_ms);
        }
        let has_rows_left = opened.fill(&mut queue, now_ms);
        let wanted = Wanted::of(&shared, key.0, &opened.endpoint).await?;
        let failing_since_ms = opened.endpoint.failing_since.map(ms_of);
        let pace = Pace::new(shared.settings.in_flight_max);
        let Opened { endpoint, secrets, notices: rows, sharer, .. } = opened;
        let mut notices = Notices::default();
        notices.restore(rows);
        Ok(Self {
            receiver: Arc::new(Receiver { tenant: key.0, endpoint, secrets, kept: Kept::default() }),
            shared,
            key,
            sharer,
            wanted,
            queue,
            notices,
            pace,
            bodies: HashMap::new(),
            calls: JoinSet::new(),
            has_first: false,
            attempts: Vec::new(),
            failing_since_ms,
            unstored_failing: None,
            last_failure_ms: None,
            disabled: None,
            unpruned: PRUNE_ATTEMPTS,
            changed_ms: None,
            storing: None,
            batch: None,
            is_behind: true,
            has_rows_left,
            holds_to_ms: 0,
            places_at_ms: 0,
        })
    }

    /// Waits with further statements after a failure.
    pub(super) fn hold(&mut self, what: &'static str, error: &ApiError) {
        tracing::warn!(code = error.code().name, webhook = %self.key.1, "webhooks: {what}");
        self.holds_to_ms = now_ms().saturating_add(AGAIN_MS);
    }

    /// Reads the next page of a replay and of the events, if there is room for them.
    pub(super) async fn read(&mut self, now_ms: u64) {
        if now_ms < self.holds_to_ms || self.disabled.is_some() {
            return;
        }
        if let Err(error) = self.try_read(now_ms).await {
            self.hold("events could not be read", &error);
        }
    }

    async fn try_read(&mut self, now_ms: u64) -> Result<(), ApiError> {
        let tenant = self.key.0;
        if let Some(replay) = self.queue.replay().filter(|replay| replay.next <= replay.until) {
            let room = self.queue.room(now_ms);
            if room > 0 {
                let after = replay.next.saturating_sub(1);
                let page = read::page(&self.shared, tenant, &self.wanted, after, room).await?;
                let read_to = page.read_to.unwrap_or(replay.until).min(replay.until);
                let events = page.events.into_iter().filter(|(it, _)| *it <= replay.until).collect();
                let taken_to = self.queue.admit_page(replay.id, events, read_to, now_ms);
                self.queue.read_replay(taken_to.saturating_add(1));
            }
        }
        let room = self.queue.room(now_ms);
        if self.is_behind && room > 0 {
            let page = read::page(&self.shared, tenant, &self.wanted, self.queue.read_to(), room).await?;
            self.is_behind = page.read_to.is_some();
            let taken_to = self.queue.admit_page(0, page.events, page.read_to.unwrap_or(0), now_ms);
            self.queue.read(taken_to);
        }
        Ok(())
    }

    /// The calls that may be added now.
    fn room(&self, now_ms: u64) -> usize {
        if self.disabled.is_some() || now_ms < self.holds_to_ms || self.attempts.len() >= 4 * STORE_CALLS_MAX {
            return 0;
        }
        let calls = usize::try_from(self.pace.calls(now_ms)).unwrap_or(usize::MAX);
        (calls + usize::from(self.notices.is_sending())).saturating_sub(self.calls.len())
    }

    /// Reads what is sent of the events that are due next.
    pub(super) async fn prepare(&mut self, now_ms: u64) {
        let room = self.room(now_ms);
        let is_missing = |key: &EventKey| !self.bodies.contains_key(&key.sequence);
        if !self.queue.due(now_ms, room).any(|key| is_missing(&key)) {
            return;
        }
        let missing = self.queue.due(now_ms, BODIES_MAX.max(room)).filter(is_missing).map(|key| key.sequence);
        match read::bodies(&self.shared, self.key.0, missing.collect()).await {
            Ok(bodies) => self.bodies.extend(bodies),
            Err(error) => self.hold("events could not be read", &error),
        }
    }

    /// Makes the calls that are due and have a place.
    pub(super) fn start(&mut self, now_ms: u64) {
        self.start_events(now_ms);
        self.start_notice(now_ms);
    }

    fn start_events(&mut self, now_ms: u64) {
        while self.room(now_ms) > 0 && now_ms >= self.places_at_ms {
            let Some(key) = self.queue.due(now_ms, 1).next() else { return };
            let Some(body) = self.bodies.get(&key.sequence).cloned() else {
                // The index is being rebuilt.
                self.queue.take(now_ms);
                let at_ms = now_ms.saturating_add(AGAIN_MS);
                self.queue.settle(key, Verdict::NotSent { at_ms }, None, now_ms);
                continue;
            };
            let is_first = !self.has_first;
            let places = if is_first { &self.shared.first_calls } else { &self.shared.calls };
            let Ok(permit) = places.try_acquire(self.sharer, 1) else {
                self.places_at_ms = now_ms.saturating_add(PLACE_MS);
                return;
            };
            let Some((key, attempts)) = self.queue.take(now_ms) else { return };
            self.has_first = true;
            let id = webhook_id(self.key.0, key.sequence);
            let sent = Sent::Event { key, attempts, is_first, final_ms: body.final_ms };
            self.call(permit, sent, id, body.bytes);
        }
    }

    fn start_notice(&mut self, now_ms: u64) {
        if self.disabled.is_some() || now_ms < self.holds_to_ms.max(self.pace.resumes_ms()) {
            return;
        }
        let Some(Notice { id, body, attempts }) = self.notices.take(now_ms) else { return };
        if let Ok(permit) = self.shared.calls.try_acquire(self.sharer, 1) {
            self.call(permit, Sent::Notice { id: id.clone(), attempts }, id, body);
        } else {
            let at_ms = now_ms.saturating_add(PLACE_MS);
            self.notices.settle(&id, notice::Verdict::NotSent { at_ms });
        }
    }

    fn call(&mut self, permit: Permit, sent: Sent, id: String, body: Bytes) {
        let (shared, receiver) = (Arc::clone(&self.shared), Arc::clone(&self.receiver));
        self.calls.spawn(async move {
            let called = receiver.call(&shared.gateway.outgoing, &id, body).await;
            drop(permit);
            Done { sent, called }
        });
    }

    /// Whether what changed is to be stored now.
    fn stores_at_ms(&self) -> Option<u64> {
        let has_called = !self.attempts.is_empty() || self.notices.is_changed();
        let wait_ms = if has_called { STORE_MS } else { POSITION_MS };
        let changed = self.changed_ms.map(|changed_ms| {
            if self.attempts.len() >= STORE_CALLS_MAX { changed_ms } else { changed_ms.saturating_add(wait_ms) }
        });
        changed.into_iter().chain(self.queue.held_ms()).min()
    }

    /// Takes what changed.
    pub(super) fn take_batch(&mut self, now_ms: u64, all: bool) -> Option<Arc<Batch>> {
        let changes: Changes = self.queue.changes(now_ms, all);
        self.changed_ms = None;
        let attempts = std::mem::take(&mut self.attempts);
        self.unpruned += attempts.len();
        let prunes = self.unpruned >= PRUNE_ATTEMPTS && !attempts.is_empty();
        if prunes {
            self.unpruned = 0;
        }
        let (notices, disabled) = (self.notices.changes(), self.disabled.clone());
        let batch = Batch { changes, attempts, failing: self.unstored_failing.take(), disabled, notices, prunes };
        (!batch.is_empty()).then(|| Arc::new(batch))
    }

    /// Begins to store what changed, if it is time and nothing else is being stored.
    pub(super) fn begin_store(&mut self, now_ms: u64) {
        let is_changed = self.queue.is_changed(now_ms)
            || !self.attempts.is_empty()
            || self.unstored_failing.is_some()
            || self.notices.is_changed();
        if is_changed && self.changed_ms.is_none() {
            self.changed_ms = Some(now_ms);
        }
        if self.storing.is_some() || now_ms < self.holds_to_ms {
            return;
        }
        if self.batch.is_none() && self.stores_at_ms().is_some_and(|at_ms| at_ms <= now_ms) {
            self.batch = self.take_batch(now_ms, false);
        }
        if let Some(batch) = &self.batch {
            let stored = store::store(Arc::clone(&self.shared), self.key, Arc::clone(batch));
            self.storing = Some(AbortOnDropHandle::new(tokio::spawn(stored)));
        }
    }

    /// When there is something to do besides what calls and others bring.
    pub(super) fn wake_ms(&self, now_ms: u64) -> u64 {
        const IDLE_MS: u64 = 60_000;
        const KEPT_MS: u64 = 1_000;
        let mut wake_ms = now_ms.saturating_add(IDLE_MS);
        if !self.receiver.kept.is_empty() {
            wake_ms = wake_ms.min(now_ms.saturating_add(KEPT_MS));
        }
        let replays = self.queue.replay().is_some_and(|replay| replay.next <= replay.until);
        if (self.is_behind || replays) && self.queue.room(now_ms) > 0 {
            wake_ms = wake_ms.min(self.holds_to_ms);
        }
        let resumes_ms = self.pace.resumes_ms().max(self.holds_to_ms).max(self.places_at_ms);
        if let Some(due_ms) = self.queue.due_ms().filter(|_| self.room(resumes_ms.max(now_ms)) > 0) {
            wake_ms = wake_ms.min(due_ms.max(resumes_ms));
        }
        if let Some(due_ms) = self.notices.due_ms() {
            wake_ms = wake_ms.min(due_ms.max(resumes_ms));
        }
        if self.storing.is_none() {
            let stores_at_ms = if self.batch.is_some() { Some(0) } else { self.stores_at_ms() };
            wake_ms = stores_at_ms.map_or(wake_ms, |at_ms| wake_ms.min(at_ms.max(self.holds_to_ms)));
        }
        wake_ms
    }
}
