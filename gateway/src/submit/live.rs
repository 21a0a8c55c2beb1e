//! Operations that this process works on, with their progress in memory. Invariant: an operation is removed after its
//! decision is stored, or when the work on it stops. So a reader finds the newest state here or in the operation's row.

use crate::{
    operation::{Decision, OperationId, OperationRecord, Promised},
    tenant_id::TenantId,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// The progress of an operation that is being worked on.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The first promise of a leader.
    pub promised: Option<Promised>,
    /// The ledger's decision.
    pub decision: Option<Arc<Decision>>,
    /// The time at which the index contained it, in microseconds since 1970.
    pub indexed_at_us: Option<i64>,
    /// Whether this process has stopped working on it.
    pub closed: bool,
}

impl Progress {
    /// Whether a reader of the index sees the complete outcome.
    pub fn is_visible(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| decision.height.is_none() || self.indexed_at_us.is_some())
    }
}

struct Entry {
    record: Arc<OperationRecord>,
    progress: watch::Receiver<Progress>,
}

/// The operations that are being worked on, by id.
#[derive(Default)]
pub(super) struct Live(Mutex<HashMap<OperationId, Entry>>);

impl Live {
    /// Adds an operation.
    pub(super) fn open(&self, record: OperationRecord) -> (Ticket, watch::Sender<Progress>) {
        let (sender, progress) = watch::channel(Progress::default());
        let record = Arc::new(record);
        let ticket = Ticket { record: Arc::clone(&record), progress: progress.clone() };
        self.lock().insert(record.id, Entry { record, progress });
        (ticket, sender)
    }

    /// The ticket of a tenant's operation.
    pub(super) fn ticket(&self, tenant: TenantId, id: OperationId) -> Option<Ticket> {
        let live = self.lock();
        let entry = live.get(&id).filter(|entry| entry.record.tenant == tenant)?;
        Some(Ticket { record: Arc::clone(&entry.record), progress: entry.progress.clone() })
    }

    pub(super) fn contains(&self, id: OperationId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Removes operations.
    pub(super) fn close(&self, ids: impl IntoIterator<Item = OperationId>) {
        let mut live = self.lock();
        for id in ids {
            live.remove(&id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<OperationId, Entry>> {
        // Every statement leaves the map consistent, so a panic elsewhere while the lock is held does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle to one operation that this process works on.
#[derive(Clone, Debug)]
pub struct Ticket {
    record: Arc<OperationRecord>,
    progress: watch::Receiver<Progress>,
}

impl Ticket {
    /// The operation with everything known about it so far.
    pub fn record(&self) -> OperationRecord {
        let mut record = OperationRecord::clone(&self.record);
        let progress = self.progress.borrow();
        record.promised = progress.promised.clone().filter(|_| progress.decision.is_none());
        record.decision = progress.decision.as_deref().cloned();
        record.indexed_at_us = progress.indexed_at_us;
        record
    }

    pub(super) fn record_shared(&self) -> Arc<OperationRecord> {
        Arc::clone(&self.record)
    }

    /// Waits until the operation is decided and a reader of the index sees the outcome; `false` when that takes longer
    /// than `wait` or this process stops.
    pub async fn visible(&mut self, wait: Duration) -> bool {
        self.until(wait, Progress::is_visible).await
    }

    /// Waits until the operation is decided; `false` when that takes longer than `wait` or this process stops.
    pub async fn decided(&mut self, wait: Duration) -> bool {
        self.until(wait, |progress| progress.decision.is_some()).await
    }

    async fn until(&mut self, wait: Duration, reached: fn(&Progress) -> bool) -> bool {
        let waiting = self.progress.wait_for(|progress| reached(progress) || progress.closed);
        // A closed channel, a closed operation and a timeout mean the same: the current state is the result.
        let _ = tokio::time::timeout(wait, waiting).await;
        reached(&self.progress.borrow())
    }
}
