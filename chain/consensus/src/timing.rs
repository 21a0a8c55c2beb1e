//! Timeouts of views. Invariant: timing decides only when a view is nullified, never which block is final.

use chain_types::{Timing, View};

/// The timeout of a view, in milliseconds, when the clock has been running since view `since`. It grows by half with
/// each view from there on. Earlier views ran without a clock, so they do not count.
pub(crate) fn patience(timing: &Timing, since: View, view: View) -> u64 {
    let mut wait = timing.view_ms;
    for _ in since.0..view.0 {
        if wait >= timing.view_ms_max {
            break;
        }
        wait = wait.saturating_add(wait.checked_div(2).unwrap_or(0));
    }
    wait.min(timing.view_ms_max)
}
