//! The monotonic clock and the wall clock of a replica. Invariant: timers follow the monotonic clock. Block times and
//! expiries follow the wall clock.

use chain_types::{Moment, TimestampMs, mutant};

/// Both clocks at the last tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    at: Moment,
    now: TimestampMs,
}

impl Clock {
    /// The clock before its first tick. `now` is the time of the last final block, or of genesis.
    pub(crate) fn before_first_tick(now: TimestampMs) -> Self {
        Self { at: Moment::default(), now }
    }

    /// Takes the times of a tick. The monotonic clock never goes back.
    pub(crate) fn advance(&mut self, at: Moment, now: TimestampMs) {
        // A deliberately broken variant; the simulator must detect it.
        self.at = if mutant::is(mutant::WALL_CLOCK_TIMERS) { self.at.max(Moment(now.0)) } else { self.at.max(at) };
        self.now = now;
    }

    /// The monotonic clock.
    pub(crate) const fn moment(&self) -> Moment {
        self.at
    }

    pub(crate) const fn now(&self) -> TimestampMs {
        self.now
    }
}
