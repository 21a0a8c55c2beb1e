//! The monotonic clock and the wall clock of a process. Invariant: timers use only the monotonic clock, so a step of
//! the wall clock moves no timer. A step of the wall clock of more than a second is logged.

use chain_types::{Moment, TimestampMs};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The change of the difference between both clocks, from one reading to the next, above which the wall clock has
/// stepped, in milliseconds.
pub(crate) const CLOCK_STEP_MS_MIN: u64 = 1_000;
/// How far two good clocks may drift apart, in millionths. A time server makes smaller corrections without a step.
const DRIFT_PPM_MAX: u64 = 1_000;

/// One reading of both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) at: Moment,
    pub(crate) now: TimestampMs,
}

/// The clocks of a node. All its shards read the same ones.
pub(crate) struct Clock {
    began: Instant,
    steps: Mutex<Steps>,
}

#[derive(Default)]
struct Steps {
    last: Option<Reading>,
    /// The sum of all steps, in milliseconds.
    sum_ms: i64,
}

impl Steps {
    /// Records a reading. Returns by how many milliseconds the wall clock has stepped since the last one, if it has.
    fn note(&mut self, reading: Reading) -> Option<i64> {
        let last = self.last.replace(reading)?;
        let passed = reading.at.0.saturating_sub(last.at.0);
        let deviation = difference(reading.now.0, last.now.0).saturating_sub(i64::try_from(passed).unwrap_or(i64::MAX));
        let allowed = CLOCK_STEP_MS_MIN.saturating_add(passed.saturating_mul(DRIFT_PPM_MAX) / 1_000_000);
        if deviation.unsigned_abs() <= allowed {
            return None;
        }
        self.sum_ms = self.sum_ms.saturating_add(deviation);
        if self.sum_ms.unsigned_abs() <= CLOCK_STEP_MS_MIN {
            self.sum_ms = 0;
        }
        Some(deviation)
    }
}

fn difference(left: u64, right: u64) -> i64 {
    let size = i64::try_from(left.abs_diff(right)).unwrap_or(i64::MAX);
    if left < right { -size } else { size }
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { began: Instant::now(), steps: Mutex::default() }
    }

    /// Reads both clocks, and logs a step of the wall clock.
    pub(crate) fn read(&self) -> Reading {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = Reading { at: Moment(millis(self.began.elapsed())), now: wall_clock() };
        if let Some(by_ms) = steps.note(reading) {
            let all_ms = steps.sum_ms;
            tracing::warn!(by_ms, all_ms, "the wall clock stepped; timers do not follow it");
        }
        reading
    }

    /// The sum of all steps of the wall clock since the process began, in milliseconds. 0 when they cancel out.
    pub(crate) fn stepped_ms(&self) -> i64 {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).sum_ms
    }
}

pub(crate) fn wall_clock() -> TimestampMs {
    TimestampMs(millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 January 2026, in milliseconds since 1970.
    const START: u64 = 1_767_225_600_000;
    const DAY: i64 = 86_400_000;

    fn reading(at: u64, off: i64) -> Reading {
        Reading { at: Moment(at), now: TimestampMs((START + at).saturating_add_signed(off)) }
    }

    #[test]
    fn a_step_either_way_is_reported_once_and_cancelled_when_reversed() {
        for step in [DAY, -DAY, 1_001, -1_001] {
            let mut steps = Steps::default();
            assert_eq!(steps.note(reading(0, 0)), None);
            assert_eq!(steps.note(reading(10, step)), Some(step));
            assert_eq!((steps.note(reading(20, step)), steps.sum_ms), (None, step));
            assert_eq!(steps.note(reading(30, 0)), Some(-step));
            assert_eq!(steps.sum_ms, 0);
        }
    }

    #[test]
    fn normal_drift_is_no_step() {
        let mut steps = Steps::default();
        assert_eq!(steps.note(reading(0, 0)), None);
        assert_eq!(steps.note(reading(10, 1_000)), None);
        assert_eq!(steps.note(reading(1_000_010, 3_000)), None, "two seconds of drift in a quarter of an hour");
        assert_eq!(steps.sum_ms, 0);
    }

    #[test]
    fn a_clock_before_1970_or_at_its_maximum_does_not_overflow() {
        let mut steps = Steps::default();
        assert_eq!(steps.note(reading(0, 0)), None);
        for now in [0, u64::MAX, START] {
            assert!(steps.note(Reading { at: Moment(10), now: TimestampMs(now) }).is_some());
        }
    }
}
