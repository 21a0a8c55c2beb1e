//! Waiting for what other processes do and nobody reports.

use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(20);
/// How long something may take that takes moments on an idle machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Looks until something is so, and gives what was seen. Another process's progress comes with no event of ours, so
/// this asks again and again; it fails by saying what never came.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut beat = interval(INTERVAL);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < deadline, "{what} did not come within {PATIENCE:?}");
    }
}
