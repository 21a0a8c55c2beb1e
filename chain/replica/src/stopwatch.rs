//! Limits the time that building a block takes on this machine. Invariant: the limit affects only this replica's own
//! blocks, never the validation of others. Without a stopwatch only the chain's work limit applies.

use chain_types::genesis::BLOCKS_PER_VIEW;

/// Microseconds since an arbitrary start, by a monotonic clock.
pub type Stopwatch = Box<dyn Fn() -> u64 + Send>;

/// The time that building one block may take.
pub(crate) struct Allowance<'s> {
    stopwatch: Option<&'s Stopwatch>,
    until_us: u64,
}

impl<'s> Allowance<'s> {
    /// The time that a block of the maximum work may take, counted from now.
    pub(crate) fn of(stopwatch: Option<&'s Stopwatch>, view_ms: u64) -> Self {
        let allowed_us = view_ms.saturating_mul(1_000).checked_div(BLOCKS_PER_VIEW).unwrap_or(0);
        Self { stopwatch, until_us: stopwatch.map_or(0, |now| now().saturating_add(allowed_us)) }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stopwatch.is_some_and(|now| now() >= self.until_us)
    }
}
