//! Timeouts of views. Invariant: timing decides only when a view is given up, never which block is final.

use chain_types::{Timing, View};

/// How long a view waits, in milliseconds, when the clock runs since an earlier one. Views before that waited for
/// nothing, so they say nothing about how long a decision takes.
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
