//! Polls for effects in other processes, with a time limit.

use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// The interval between two polls.
const INTERVAL: Duration = Duration::from_millis(20);
/// The time limit for an effect that takes moments on an idle machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Polls until `look` returns a value, and returns it. Other processes send no event, so polling is necessary. After
/// the time limit it fails with `what`.
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
