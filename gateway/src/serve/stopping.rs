//! Tells a request that the process stops. Invariant: a body that has not arrived is given up at once, running work
//! after [`GRACE_MS`].

use http::Extensions;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The time in milliseconds that running requests get to finish after shutdown begins, before they are answered with
/// 503.
pub const GRACE_MS: u64 = 3_000;

/// The shutdown of the server that received a request.
#[derive(Clone, Debug, Default)]
pub struct Stopping(CancellationToken);

impl Stopping {
    /// Follows the token that stops the server.
    pub fn new(shutdown: CancellationToken) -> Self {
        Self(shutdown)
    }

    /// The shutdown that a request must heed. A request that arrived over no connection never stops.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Runs `work` until shutdown begins; `None` when shutdown came first.
    pub async fn run_until_cancelled<F: Future>(&self, work: F) -> Option<F::Output> {
        self.0.run_until_cancelled(work).await
    }

    /// Resolves [`GRACE_MS`] after shutdown began.
    pub async fn grace_over(&self) {
        self.0.cancelled().await;
        tokio::time::sleep(Duration::from_millis(GRACE_MS)).await;
    }
}
