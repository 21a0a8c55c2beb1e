//! The time of a replica. Invariant: waits are measured by the clock that never steps; block times and expiries follow
//! the wall clock.

use chain_types::{Moment, TimestampMs, mutant};

/// Both clocks at the last tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    at: Moment,
    now: TimestampMs,
}

impl Clock {
    /// A clock before its first tick. `now` is the time of the last final block, or of genesis.
    pub(crate) fn before_first_tick(now: TimestampMs) -> Self {
        Self { at: Moment::default(), now }
    }

    /// Takes the time of a tick. The clock for waits never goes back.
    pub(crate) fn advance(&mut self, at: Moment, now: TimestampMs) {
        self.at = if mutant::is(mutant::WALL_CLOCK_TIMERS) { self.at.max(Moment(now.0)) } else { self.at.max(at) };
        self.now = now;
    }

    /// The clock that never steps.
    pub(crate) const fn at(&self) -> Moment {
        self.at
    }

    /// The wall clock.
    pub(crate) const fn now(&self) -> TimestampMs {
        self.now
    }
}
