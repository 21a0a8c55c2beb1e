//! How many calls an endpoint has at once. Invariant: a receiver whose last call failed has one call at once, and fewer
//! and fewer of them, until one succeeds.

/// The pause after the second failure in a row, in milliseconds. Each further failure doubles it.
pub const PAUSE_MS_MIN: u64 = 250;
/// The longest pause after failures, in milliseconds, so that a receiver that is back is noticed within it.
pub const PAUSE_MS_MAX: u64 = 60_000;

/// The pace of an endpoint. Times are in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    calls_max: u32,
    calls: u32,
    /// The failures since the last success.
    failures: u32,
    resumes_ms: u64,
}

impl Pace {
    /// An endpoint begins with one call at once, and has at most `calls_max`.
    pub fn new(calls_max: u32) -> Self {
        Self { calls_max: calls_max.max(1), calls: 1, failures: 0, resumes_ms: 0 }
    }

    /// The calls that may run at once; none before [`resumes_ms`](Self::resumes_ms).
    pub fn calls(&self, now_ms: u64) -> u32 {
        if now_ms < self.resumes_ms { 0 } else { self.calls }
    }

    /// When the next call may be made.
    pub fn resumes_ms(&self) -> u64 {
        self.resumes_ms
    }

    /// A call succeeded: one more may run at once.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.calls = self.calls.saturating_add(1).min(self.calls_max);
    }

    /// A call failed. One failure is no reason to pause: the event may be the reason.
    pub fn failed(&mut self, now_ms: u64) {
        self.calls = 1;
        if let Some(doublings) = self.failures.checked_sub(1) {
            let pause_ms = PAUSE_MS_MIN.checked_shl(doublings.min(32)).unwrap_or(PAUSE_MS_MAX).min(PAUSE_MS_MAX);
            self.pause_until(now_ms.saturating_add(pause_ms));
        }
        self.failures = self.failures.saturating_add(1);
    }

    /// The receiver asked to wait until a time.
    pub fn pause_until(&mut self, resumes_ms: u64) {
        self.resumes_ms = self.resumes_ms.max(resumes_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successes_add_one_call_each_and_a_failure_leaves_one() {
        let mut pace = Pace::new(3);
        for expected in [1, 2, 3, 3] {
            assert_eq!(pace.calls(0), expected);
            pace.succeeded();
        }
        pace.failed(10);
        assert_eq!(pace.calls(10), 1, "and no pause: the event may be the reason");
        pace.succeeded();
        assert_eq!(pace.calls(10), 2);
    }

    #[test]
    fn failures_in_a_row_make_pauses_up_to_a_minute() {
        let mut pace = Pace::new(32);
        pace.failed(0);
        for pause_ms in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            let now_ms = pace.resumes_ms();
            pace.failed(now_ms);
            assert_eq!(pace.resumes_ms() - now_ms, pause_ms);
            assert_eq!((pace.calls(pace.resumes_ms() - 1), pace.calls(pace.resumes_ms())), (0, 1));
        }
        for _ in 0..100 {
            pace.failed(0);
        }
        pace.succeeded();
        let now_ms = pace.resumes_ms();
        pace.failed(now_ms);
        assert_eq!(pace.resumes_ms(), now_ms, "the first failure after a success");
    }

    #[test]
    fn a_receiver_that_asks_to_wait_gets_the_longer_time() {
        let mut pace = Pace::new(32);
        pace.pause_until(100);
        pace.pause_until(50);
        assert_eq!((pace.calls(99), pace.calls(100)), (0, 1));
    }
}
