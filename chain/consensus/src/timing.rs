//! How long a view waits. Invariant: timing decides only when a view is given up, never what is final.

use chain_types::View;

/// The waits of a committee, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How long the first view waits for its block to be notarised.
    pub view_ms: u64,
    /// The longest that any view waits: each waits half as long again as the one before.
    pub view_ms_max: u64,
    /// How long the leader of a view that follows a notarised one waits for it to become final before proposing its
    /// block again.
    pub grace_ms: u64,
    /// How often what was said is said again while the height is not decided.
    pub resend_ms: u64,
}

impl Timing {
    /// For validators whose messages take less than a tenth of a second.
    pub const DEFAULT: Self = Self { view_ms: 600, view_ms_max: 2_000, grace_ms: 150, resend_ms: 300 };

    /// How long a view waits.
    pub fn of(&self, view: View) -> u64 {
        let mut wait = self.view_ms;
        for _ in 0..view.0 {
            if wait >= self.view_ms_max {
                break;
            }
            wait = wait.saturating_add(wait.checked_div(2).unwrap_or(0));
        }
        wait.min(self.view_ms_max)
    }
}
