//! Changes that requests of this process announce to a task that reads them from the database. Invariant: the task
//! reads once for all changes of a moment, however many tenants make them.

use std::time::Duration;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// How long changes are gathered before they are read, in milliseconds.
const GATHER_MS: u64 = 50;

/// Waits for a change and gathers those that follow it, or until `poll` is over: other processes announce theirs to
/// nobody here.
pub(crate) async fn wait(changes: &mut watch::Receiver<()>, poll: Duration) {
    // The sender is part of the gateway, which the caller holds.
    if timeout(poll, changes.changed()).await.is_ok() {
        sleep(Duration::from_millis(GATHER_MS)).await;
    }
    changes.mark_unchanged();
}
