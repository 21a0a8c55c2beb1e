//! The request to stop a process: SIGTERM or SIGINT. Invariant: from [`Stop::listen`] on, a signal ends no process by
//! itself, so the process stops what it has started before it ends.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Whether this process was asked to stop.
#[derive(Clone, Debug)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Listens for the signals. Call it before anything is started. Needs a Tokio runtime.
    ///
    /// # Errors
    /// When the system refuses to install a handler.
    pub fn listen() -> std::io::Result<Self> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let token = CancellationToken::new();
        let stop = Self(token.clone());
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            token.cancel();
        });
        Ok(stop)
    }

    /// Resolves when the process is asked to stop.
    pub async fn requested(&self) {
        self.0.cancelled().await;
    }

    /// The output of a start, or `None` when the process is asked to stop before its end. Then the start is dropped,
    /// and all that it had started with it.
    pub async fn unless<T>(&self, start: impl Future<Output = T>) -> Option<T> {
        // On the heap: a start of all services is large.
        self.0.run_until_cancelled(Box::pin(start)).await
    }
}
