//! How long building takes on this machine. Invariant: it decides how much goes into this replica's own next block and nothing
//! that others must agree on; without a host that measures time, a replica builds by the law's limits alone.

use crate::replica::Replica;
use chain_state::LeafReader;
use chain_types::genesis::BLOCKS_PER_VIEW;

/// The microseconds since some moment, of a clock that never goes back.
pub type Stopwatch = Box<dyn Fn() -> u64 + Send>;

/// A builder's time.
pub(crate) struct Allowance<'s> {
    stopwatch: Option<&'s Stopwatch>,
    until_us: u64,
}

impl<'s> Allowance<'s> {
    /// As much as the largest block may take by its work, from now on.
    pub(crate) fn of(stopwatch: Option<&'s Stopwatch>, view_ms: u64) -> Self {
        let allowed_us = view_ms.saturating_mul(1_000).checked_div(BLOCKS_PER_VIEW).unwrap_or(0);
        Self { stopwatch, until_us: stopwatch.map_or(0, |now| now().saturating_add(allowed_us)) }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stopwatch.is_some_and(|now| now() >= self.until_us)
    }
}

impl<R: LeafReader> Replica<R> {
    /// Lets this replica measure its building, so that a slow machine proposes smaller blocks and not late ones.
    pub fn time_building(&mut self, stopwatch: Stopwatch) {
        self.stopwatch = Some(stopwatch);
    }

    /// The work of all that was executed here so far, in units, once for each time.
    pub const fn executed_work(&self) -> u64 {
        self.executed_work
    }
}
