//! The loop of the task of an endpoint. Invariant: when it ends, what is known is stored, except when the database
//! fails all the time.

use super::{
    Opened, open,
    running::{Stored, Work},
};
use crate::webhook::{
    delivery::{
        call::{Receiver, now_ms},
        read::Wanted,
        settings::STOP_MS_MAX,
        store,
    },
    model::DisabledReason,
};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// How often the last batch is tried to be stored.
const LAST_TRIES: u32 = 3;

impl Work {
    /// Works until the endpoint is disabled or deleted, or `stopping`. Returns the reason if this disabled it.
    pub(super) async fn run(
        &mut self,
        version: &mut watch::Receiver<i64>,
        stopping: &CancellationToken,
    ) -> Option<DisabledReason> {
        let mut listening = self.shared.gateway.events.listen(self.key.0);
        loop {
            let now_ms = now_ms();
            self.receiver.kept.clear();
            self.read(now_ms).await;
            self.prepare(now_ms).await;
            self.start(now_ms);
            self.begin_store(now_ms);
            if let Some(reason) = self.disabled.as_ref().map(|disabled| disabled.reason) {
                return self.finish().await.then_some(reason);
            }
            let wait = Duration::from_millis(self.wake_ms(now_ms).saturating_sub(now_ms));
            tokio::select! {
                () = stopping.cancelled() => {
                    self.finish().await;
                    return None;
                }
                () = listening.changed() => self.is_behind = true,
                Some(done) = self.calls.join_next() => {
                    self.take_in(done);
                    while let Some(done) = self.calls.try_join_next() {
                        self.take_in(done);
                    }
                }
                stored = join(&mut self.storing) => {
                    self.storing = None;
                    if !self.stored(stored) {
                        return None;
                    }
                    if self.has_rows_left && self.queue.room(now_ms) > 0 {
                        self.has_rows_left = false;
                        self.reload().await;
                    }
                }
                changed = version.changed() => {
                    if changed.is_err() || !self.reload().await {
                        self.finish().await;
                        return None;
                    }
                }
                () = sleep(wait) => {}
            }
        }
    }

    fn take_in(&mut self, done: Result<super::running::Done, tokio::task::JoinError>) {
        match done {
            Ok(done) => self.settle(done),
            // A call that panicked stays taken; the endpoint is opened again when it is changed or restarted.
            Err(error) => tracing::error!(%error, webhook = %self.key.1, "webhooks: a call ended by itself"),
        }
    }

    /// Takes in the end of a store; false when the endpoint was deleted.
    fn stored(&mut self, stored: Stored) -> bool {
        match stored {
            Ok(exists) => {
                self.batch = None;
                exists
            }
            Err(error) => {
                self.hold("the outcome of calls could not be stored", &error);
                true
            }
        }
    }

    /// Reads the endpoint again, after storing what changed: what is stored and not here is new. False when it is
    /// disabled or deleted.
    async fn reload(&mut self) -> bool {
        if !self.flush(false).await {
            return true;
        }
        let opened = match open(&self.shared, self.key).await {
            Ok(Some(opened)) => opened,
            Ok(None) => return false,
            Err(error) => {
                self.hold("an endpoint could not be read", &error);
                self.has_rows_left = true;
                return true;
            }
        };
        match Wanted::of(&self.shared, self.key.0, &opened.endpoint).await {
            Ok(wanted) => self.wanted = wanted,
            Err(error) => self.hold("an endpoint could not be read", &error),
        }
        self.renew(opened);
        true
    }

    fn renew(&mut self, mut opened: Opened) {
        self.has_rows_left = opened.fill(&mut self.queue, now_ms());
        let Opened { endpoint, secrets, notices, sharer, .. } = opened;
        self.notices.restore(notices);
        self.sharer = sharer;
        let kept = crate::outgoing::Kept::default();
        self.receiver = Arc::new(Receiver { tenant: self.key.0, endpoint, secrets, kept });
    }

    /// Stores what changed, or `all` that is known, and waits for it. False when it could not be stored.
    async fn flush(&mut self, all: bool) -> bool {
        if self.storing.is_some() {
            let stored = join(&mut self.storing).await;
            self.storing = None;
            self.stored(stored);
        }
        for batch in [self.batch.take(), self.take_batch(now_ms(), all)].into_iter().flatten() {
            self.batch = Some(Arc::clone(&batch));
            let mut tries = 1;
            while let Err(error) = store::store(Arc::clone(&self.shared), self.key, Arc::clone(&batch)).await {
                self.hold("the outcome of calls could not be stored", &error);
                if tries >= LAST_TRIES {
                    return false;
                }
                tries += 1;
                sleep(Duration::from_millis(super::AGAIN_MS / 4)).await;
            }
            self.batch = None;
        }
        true
    }

    /// Lets the running calls end for a short time, and stores all that is known. False when it could not be stored.
    async fn finish(&mut self) -> bool {
        let ends = Instant::now() + Duration::from_millis(STOP_MS_MAX);
        while let Ok(Some(done)) = timeout_at(ends, self.calls.join_next()).await {
            self.take_in(done);
        }
        self.calls.shutdown().await;
        self.flush(true).await
    }
}

/// Waits until what is being stored is stored. Never returns when nothing is being stored.
async fn join(storing: &mut Option<AbortOnDropHandle<Stored>>) -> Stored {
    match storing {
        Some(storing) => storing.await.unwrap_or_else(|error| Err(crate::error::ApiError::internal(&error))),
        None => pending().await,
    }
}
