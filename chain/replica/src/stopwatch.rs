//! How long building takes on this machine. Invariant: it limits this replica's own next block and nothing that others
//! must agree on. Without a host that measures time a replica builds by the law's limits alone.

use chain_types::genesis::BLOCKS_PER_VIEW;

/// The microseconds since some moment, of a clock that never goes back.
pub type Stopwatch = Box<dyn Fn() -> u64 + Send>;

/// The time that building one block may take.
pub(crate) struct Allowance<'s> {
    stopwatch: Option<&'s Stopwatch>,
    until_us: u64,
}

impl<'s> Allowance<'s> {
    /// The time that the largest block may take by its work, counted from now on.
    pub(crate) fn of(stopwatch: Option<&'s Stopwatch>, view_ms: u64) -> Self {
        let allowed_us = view_ms.saturating_mul(1_000).checked_div(BLOCKS_PER_VIEW).unwrap_or(0);
        Self { stopwatch, until_us: stopwatch.map_or(0, |now| now().saturating_add(allowed_us)) }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stopwatch.is_some_and(|now| now() >= self.until_us)
    }
}
