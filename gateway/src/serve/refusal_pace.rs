//! The pace of a connection whose requests are refused for load. Invariant: refusals of one connection become rarer the
//! more of them follow each other, so a client that repeats at once, or pipelines, costs little.

use http::StatusCode;
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The time in milliseconds that the first refusal of a connection is held back. Each one that follows waits twice as
/// long.
pub const REFUSAL_PAUSE_MS: u64 = 20;
/// The longest time in milliseconds that a refusal is held back: the `Retry-After` of most refusals.
pub const REFUSAL_PAUSE_MS_MAX: u64 = 1_000;

/// Counts the refusals of one connection.
#[derive(Debug, Default)]
pub(super) struct RefusalPace {
    in_a_row: AtomicU32,
}

impl RefusalPace {
    /// The time that an answer with this status is held back; `None` for an answer that is no refusal.
    pub(super) fn pause(&self, status: StatusCode) -> Option<Duration> {
        if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            self.in_a_row.store(0, Ordering::Relaxed);
            return None;
        }
        // Requests of one connection follow each other, so nothing else counts meanwhile.
        let before = self.in_a_row.load(Ordering::Relaxed);
        self.in_a_row.store(before.saturating_add(1), Ordering::Relaxed);
        let longer = 1_u64.checked_shl(before).and_then(|factor| REFUSAL_PAUSE_MS.checked_mul(factor));
        Some(Duration::from_millis(longer.map_or(REFUSAL_PAUSE_MS_MAX, |ms| ms.min(REFUSAL_PAUSE_MS_MAX))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_in_a_row_wait_longer_until_a_request_is_served() {
        let pace = RefusalPace::default();
        let paused = |status| pace.pause(status).map(|pause| pause.as_millis());
        let refused = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        let pauses: Vec<_> = (0..7).filter_map(|number| paused(refused[number % 2])).collect();
        assert_eq!(pauses, [20, 40, 80, 160, 320, 640, 1_000]);
        assert!((0..200).all(|_| paused(StatusCode::TOO_MANY_REQUESTS) == Some(1_000)));
        for served in [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::UNAUTHORIZED] {
            assert_eq!(paused(served), None);
            assert_eq!(paused(StatusCode::TOO_MANY_REQUESTS), Some(20));
        }
    }
}
