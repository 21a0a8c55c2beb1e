//! Keeps the server running: a server that ends by itself is started again. Invariant: while a supervisor exists, its
//! server runs, is being started, or the reason why it cannot run is known.

use super::{LocalPostgresError, STOP_TIMEOUT_MS, launcher::Launcher, postmaster::Postmaster};
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
    let mut ends = VecDeque::new();
    let mut orders = std::pin::pin!(orders);
    loop {
        tokio::select! {
            order = &mut orders => return obey(order.ok(), &mut launcher, postmaster).await,
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

/// Starts the server again, and tries again when that fails, unless it has ended too often.
async fn restart(launcher: &Launcher, ends: &mut VecDeque<Instant>) -> Result<Postmaster, LocalPostgresError> {
    loop {
        ends.push_back(Instant::now());
        ends.retain(|end| end.elapsed() < Duration::from_secs(RESTARTS_SECONDS));
        if ends.len() > RESTARTS_MAX {
            let (log, tail) = launcher.log_tail();
            return Err(LocalPostgresError::EndsAgain { times: ends.len(), seconds: RESTARTS_SECONDS, log, tail });
        }
        match launcher.start().await {
            Ok(postmaster) => {
                tracing::warn!("PostgreSQL runs again");
                return Ok(postmaster);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "PostgreSQL cannot be started again");
            }
        }
        tokio::time::sleep(Duration::from_millis(RESTART_PAUSE_MS)).await;
    }
}
