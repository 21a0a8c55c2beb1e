//! Keeps the server running: a server that ends by itself is started again. Invariant: while a supervisor exists, its
//! server runs, is being started, or the reason why it cannot run is known. A full disk is no reason to give up: the
//! server is started until there is space.

use super::{
    LocalPostgresError, STOP_TIMEOUT_MS,
    launcher::Launcher,
    postmaster::{LOG_BYTES_MAX, LOG_CHECK_MS, Postmaster, empty_large},
};
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

/// How often a server may end, or fail to start again, within [`RESTARTS_SECONDS`]; one more time, and it is given up.
pub const RESTARTS_MAX: usize = 5;
/// The time in which [`RESTARTS_MAX`] counts, in seconds.
pub const RESTARTS_SECONDS: u64 = 60;

/// The pause after a start that failed, in milliseconds.
const RESTART_PAUSE_MS: u64 = 200;
/// The pause after a start that failed because the disk is full, in milliseconds.
const FULL_PAUSE_MS: u64 = 1_000;

/// What a supervisor is told.
#[derive(Debug)]
enum Order {
    Stop,
    #[cfg(any(test, feature = "testing"))]
    Leave,
}

/// The task that watches a server.
#[derive(Debug)]
pub(super) struct Supervisor {
    orders: oneshot::Sender<Order>,
    task: JoinHandle<Result<(), LocalPostgresError>>,
    failure: watch::Receiver<Option<Arc<LocalPostgresError>>>,
}

impl Supervisor {
    /// Watches a running server.
    pub(super) fn start(launcher: Launcher, postmaster: Postmaster) -> Self {
        let (orders, receiver) = oneshot::channel();
        let (failed, failure) = watch::channel(None);
        let task = tokio::spawn(watch(launcher, postmaster, receiver, failed));
        Self { orders, task, failure }
    }

    /// Waits until the server is down and cannot be started again; never resolves otherwise.
    pub(super) async fn failed(&self) -> Arc<LocalPostgresError> {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await.map(|failure| failure.clone()) {
            Ok(Some(error)) => error,
            _ => std::future::pending().await,
        }
    }

    /// Stops the server.
    pub(super) async fn stop(self) -> Result<(), LocalPostgresError> {
        self.give(Order::Stop).await
    }

    /// Leaves the server running without its supervisor.
    #[cfg(any(test, feature = "testing"))]
    pub(super) async fn leave(self) -> Result<(), LocalPostgresError> {
        self.give(Order::Leave).await
    }

    async fn give(self, order: Order) -> Result<(), LocalPostgresError> {
        // A task that has ended takes no order; its result says why.
        let _ = self.orders.send(order);
        match self.task.await {
            Ok(outcome) => outcome,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
}

// The order of the parameters matters: the last is dropped first, so the server is down before its lock is released.
async fn watch(
    mut launcher: Launcher,
    mut postmaster: Postmaster,
    orders: oneshot::Receiver<Order>,
    failed: watch::Sender<Option<Arc<LocalPostgresError>>>,
) -> Result<(), LocalPostgresError> {
    let mut ends = Ends::default();
    let mut orders = std::pin::pin!(orders);
    let mut log_check = tokio::time::interval(Duration::from_millis(LOG_CHECK_MS));
    loop {
        tokio::select! {
            order = &mut orders => return obey(order.ok(), &mut launcher, postmaster).await,
            _ = log_check.tick() => {
                empty_large(&launcher.log, LOG_BYTES_MAX);
                continue;
            }
            status = postmaster.ended() => {
                tracing::error!(%status, "PostgreSQL ended by itself; it is started again");
                drop(postmaster);
            }
        }
        let restarted = tokio::select! {
            _ = &mut orders => return Ok(()),
            restarted = restart(&launcher, &mut ends) => restarted,
        };
        match restarted {
            Ok(again) => postmaster = again,
            Err(error) => {
                let error = Arc::new(error);
                failed.send_replace(Some(Arc::clone(&error)));
                let _ = orders.await;
                return Ok(());
            }
        }
    }
}

async fn obey(order: Option<Order>, launcher: &mut Launcher, mut server: Postmaster) -> Result<(), LocalPostgresError> {
    match order {
        Some(Order::Stop) => server.stop(Duration::from_millis(STOP_TIMEOUT_MS)).await,
        #[cfg(any(test, feature = "testing"))]
        Some(Order::Leave) => {
            launcher.socket.keep();
            server.leave_running();
            Ok(())
        }
        // The owner is gone; dropping the server stops it.
        None => {
            let _ = launcher;
            Ok(())
        }
    }
}

/// The ends of the server, and its failed starts, within [`RESTARTS_SECONDS`].
#[derive(Debug, Default)]
struct Ends {
    times: VecDeque<Instant>,
    is_full: bool,
}

impl Ends {
    /// Notes one more, and returns the pause before the next start; `None` when there were too many. One of a full disk
    /// does not count.
    fn note(&mut self, now: Instant, is_full: bool) -> Option<Duration> {
        self.is_full = is_full;
        if is_full {
            return Some(Duration::from_millis(FULL_PAUSE_MS));
        }
        self.times.push_back(now);
        self.times.retain(|end| now.duration_since(*end) < Duration::from_secs(RESTARTS_SECONDS));
        (self.times.len() <= RESTARTS_MAX).then_some(Duration::from_millis(RESTART_PAUSE_MS))
    }
}

/// Starts the server again, and tries again when that fails, unless it has ended too often.
async fn restart(launcher: &Launcher, ends: &mut Ends) -> Result<Postmaster, LocalPostgresError> {
    loop {
        let was_full = ends.is_full;
        let Some(pause) = ends.note(Instant::now(), launcher.is_disk_full()) else {
            let (log, tail) = launcher.log_tail();
            let times = ends.times.len();
            return Err(LocalPostgresError::EndsAgain { times, seconds: RESTARTS_SECONDS, log, tail });
        };
        if ends.is_full && !was_full {
            let folder = launcher.folder.display();
            tracing::error!(%folder, "the disk is full: free some space, and PostgreSQL then starts again by itself");
        }
        match launcher.start().await {
            Ok(postmaster) => {
                tracing::warn!("PostgreSQL runs again");
                return Ok(postmaster);
            }
            // Said once above: a line each second would fill the log's disk.
            Err(_) if ends.is_full => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "PostgreSQL cannot be started again");
            }
        }
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_reason_to_give_up_and_other_ends_are() {
        let (mut ends, now) = (Ends::default(), Instant::now());
        for _ in 0..1_000 {
            assert_eq!(ends.note(now, true), Some(Duration::from_millis(FULL_PAUSE_MS)));
        }
        for _ in 0..RESTARTS_MAX {
            assert_eq!(ends.note(now, false), Some(Duration::from_millis(RESTART_PAUSE_MS)));
        }
        assert_eq!(ends.note(now, false), None);
        assert!(
            ends.note(now + Duration::from_secs(RESTARTS_SECONDS), false).is_some(),
            "the earlier ones are long ago"
        );
    }
}
