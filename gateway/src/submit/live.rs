//! Operations that this process works on: who waits for them, and what is known before it is written down. Invariant:
//! an operation leaves only after its decision is in its row, so a reader sees it here or there.

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

/// What is known of an operation in work.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The first promise of a leader.
    pub promised: Option<Promised>,
    /// What the ledger decided.
    pub decision: Option<Arc<Decision>>,
    /// When the index held it, in microseconds since 1970.
    pub indexed_at_us: Option<i64>,
    /// Nobody works on it any longer in this process.
    pub closed: bool,
}

impl Progress {
    /// Whether a reader of the index sees all that there is to see.
    pub fn is_visible(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| decision.height.is_none() || self.indexed_at_us.is_some())
    }
}

struct Entry {
    record: Arc<OperationRecord>,
    progress: watch::Receiver<Progress>,
}

/// The operations in work, by id.
#[derive(Default)]
pub(super) struct Live(Mutex<HashMap<OperationId, Entry>>);

impl Live {
    /// Begins an operation.
    pub(super) fn open(&self, record: OperationRecord) -> (Ticket, watch::Sender<Progress>) {
        let (sender, progress) = watch::channel(Progress::default());
        let record = Arc::new(record);
        let ticket = Ticket { record: Arc::clone(&record), progress: progress.clone() };
        self.lock().insert(record.id, Entry { record, progress });
        (ticket, sender)
    }

    /// The ticket of a tenant's operation in work.
    pub(super) fn ticket(&self, tenant: TenantId, id: OperationId) -> Option<Ticket> {
        let live = self.lock();
        let entry = live.get(&id).filter(|entry| entry.record.tenant == tenant)?;
        Some(Ticket { record: Arc::clone(&entry.record), progress: entry.progress.clone() })
    }

    pub(super) fn contains(&self, id: OperationId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Ends operations.
    pub(super) fn close(&self, ids: impl IntoIterator<Item = OperationId>) {
        let mut live = self.lock();
        for id in ids {
            live.remove(&id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<OperationId, Entry>> {
        // The map is whole between statements, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A view of one operation in work.
#[derive(Clone, Debug)]
pub struct Ticket {
    record: Arc<OperationRecord>,
    progress: watch::Receiver<Progress>,
}

impl Ticket {
    /// The operation with all that is known of it by now.
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

    /// Waits until the outcome is decided and a reader of the index sees it; `false` when it took longer than `wait`
    /// or this process stops.
    pub async fn visible(&mut self, wait: Duration) -> bool {
        self.until(wait, Progress::is_visible).await
    }

    /// Waits until the outcome is decided.
    pub async fn decided(&mut self, wait: Duration) -> bool {
        self.until(wait, |progress| progress.decision.is_some()).await
    }

    async fn until(&mut self, wait: Duration, reached: fn(&Progress) -> bool) -> bool {
        let waiting = self.progress.wait_for(|progress| reached(progress) || progress.closed);
        // A closed channel, a closed operation and a passed deadline all mean: this is what is known.
        let _ = tokio::time::timeout(wait, waiting).await;
        reached(&self.progress.borrow())
    }
}
