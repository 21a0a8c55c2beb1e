//! The pace at which a client must read an answer. Invariant: an answer that a client reads too slowly ends its
//! connection, so the memory of an answer is held for a time that its size bounds.
//!
//! Time passes only while a write waits for the client. What the server needs to make an answer does not count.

use super::{ServeLimits, WRITE_BYTES_MIN};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep};

/// The shortest reading that a client owes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slowest {
    /// The time within which it reads [`WRITE_BYTES_MIN`], and the time before the average counts.
    stall: Duration,
    /// The time within which it reads the whole answer, on average.
    whole: Duration,
}

impl From<&ServeLimits> for Slowest {
    fn from(limits: &ServeLimits) -> Self {
        Self { stall: limits.write_stall, whole: limits.answer_read }
    }
}

impl Slowest {
    /// The time in which `bytes` must be read, where an answer holds `most` bytes.
    fn time_for(self, bytes: u64, most: u64) -> Duration {
        let share = |time: Duration, of: u64| {
            let nanos = time.as_nanos().saturating_mul(u128::from(bytes)) / u128::from(of.max(1));
            Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
        };
        share(self.whole, most).min(share(self.stall, WRITE_BYTES_MIN))
    }
}

/// Measures how a client reads the answers of one connection.
#[derive(Debug)]
pub(super) struct AnswerPace {
    slowest: Slowest,
    /// The writes since one first waited for the client; `None` when all is written.
    wait: Option<(Wait, Pin<Box<Sleep>>)>,
}

impl AnswerPace {
    pub(super) fn new(slowest: Slowest) -> Self {
        Self { slowest, wait: None }
    }

    /// Adds bytes that the client took; `left` are those that the answer still holds.
    pub(super) fn count(&mut self, bytes: usize, left: usize) {
        if let Some((wait, _)) = &mut self.wait {
            wait.count(Instant::now(), bytes as u64, left as u64);
        }
    }

    /// Notes that a write of `left` bytes waits for the client. Resolves when it has waited too long.
    pub(super) fn poll_too_slow(&mut self, cx: &mut Context<'_>, left: usize) -> Poll<()> {
        let slowest = self.slowest;
        let (wait, timer) = self.wait.get_or_insert_with(|| {
            let wait = Wait::begin(Instant::now(), slowest);
            let timer = Box::pin(tokio::time::sleep_until(wait.next()));
            (wait, timer)
        });
        wait.hold(left as u64);
        loop {
            if wait.is_too_slow(Instant::now()) {
                return Poll::Ready(());
            }
            if timer.deadline() != wait.next() {
                timer.as_mut().reset(wait.next());
            }
            ready!(timer.as_mut().poll(cx));
        }
    }

    /// Notes that all is written.
    pub(super) fn end(&mut self) {
        self.wait = None;
    }
}

/// Writes that wait for a client.
#[derive(Debug)]
struct Wait {
    slowest: Slowest,
    /// The largest number of bytes that the answer held at once.
    most: u64,
    /// The time until which the bytes so far keep the average rate.
    due: Instant,
    window_end: Instant,
    window_bytes: u64,
}

impl Wait {
    fn begin(now: Instant, slowest: Slowest) -> Self {
        let end = now + slowest.stall;
        Self { slowest, most: 0, due: end, window_end: end, window_bytes: 0 }
    }

    fn hold(&mut self, left: u64) {
        self.most = self.most.max(left);
    }

    fn count(&mut self, now: Instant, bytes: u64, left: u64) {
        self.hold(left.saturating_add(bytes));
        self.window_bytes = self.window_bytes.saturating_add(bytes);
        let earned = self.due + self.slowest.time_for(bytes, self.most);
        // Answers that were read fast earn no time for the next one.
        self.due = earned.min(now + self.slowest.stall + self.slowest.time_for(left, self.most));
    }

    /// The time of the next check.
    fn next(&self) -> Instant {
        self.due.min(self.window_end)
    }

    fn is_too_slow(&mut self, now: Instant) -> bool {
        if now >= self.window_end {
            if self.window_bytes < WRITE_BYTES_MIN {
                return true;
            }
            self.window_bytes = 0;
            self.window_end = now + self.slowest.stall;
        }
        now >= self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::{ANSWER_S_MAX, WRITE_STALL_MS_MAX};

    const MIB: u64 = 1_024 * 1_024;

    /// The seconds after which a client is cut that takes `step` bytes of an answer every second; `None` when it reads
    /// all of it.
    fn cut_after(size: u64, step: u64) -> Option<u64> {
        let begun = Instant::now();
        let mut wait = Wait::begin(begun, Slowest::from(&ServeLimits::default()));
        wait.hold(size);
        let mut left = size;
        for second in 1.. {
            let now = begun + Duration::from_secs(second);
            if wait.is_too_slow(now) {
                return Some(second);
            }
            let bytes = step.min(left);
            left -= bytes;
            if left == 0 {
                return None;
            }
            wait.count(now, bytes, left);
        }
        None
    }

    #[test]
    fn what_an_answer_holds_leaves_in_a_time_that_its_size_bounds() {
        let (stall, whole) = (WRITE_STALL_MS_MAX / 1_000, ANSWER_S_MAX);
        assert_eq!(cut_after(4 * MIB, 0), Some(stall), "nothing is read");
        // A steady trickle above `WRITE_BYTES_MIN` in ten seconds: without an average it holds 4 MiB for an hour.
        assert!(cut_after(4 * MIB, 1_024).is_some_and(|second| second <= stall + 1));
        let twice_too_slow = cut_after(4 * MIB, 4 * MIB / (2 * whole)).expect("is cut");
        assert!(twice_too_slow <= 2 * stall + 1, "{twice_too_slow}");
        assert_eq!(cut_after(4 * MIB, 4 * MIB / whole + 1), None, "a page within a minute");
        assert_eq!(cut_after(24 * MIB, 24 * MIB / whole + 1), None, "blocks within a minute");
        // An honest slow reader of a small answer: a kilobyte a second.
        assert_eq!(cut_after(40 * 1_024, 1_024), None);
        assert_eq!(cut_after(300, 1), Some(stall));
    }

    #[test]
    fn a_fast_beginning_earns_no_more_than_the_rest_needs() {
        let begun = Instant::now();
        let slowest = Slowest::from(&ServeLimits::default());
        let mut wait = Wait::begin(begun, slowest);
        // A pipeline of a hundred answers of 4 MiB, read at once, the last of them not.
        for _ in 0..100 {
            wait.hold(4 * MIB);
            wait.count(begun, 4 * MIB, 0);
        }
        wait.hold(4 * MIB);
        wait.count(begun, 1, 4 * MIB - 1);
        let longest = Duration::from_millis(WRITE_STALL_MS_MAX) + Duration::from_secs(ANSWER_S_MAX + 1);
        assert!(wait.due - begun <= longest, "{:?}", wait.due - begun);
    }
}
