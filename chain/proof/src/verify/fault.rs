//! The reason why a verification stops. Invariant: a fault's verdict is never `verified`.

use crate::Verdict;

/// A verdict other than `verified`, with its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) verdict: Verdict,
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn new(verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { verdict, detail: detail.into() }
    }

    pub(super) fn tampered(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Tampered, detail)
    }

    pub(super) fn incomplete(detail: impl Into<String>) -> Self {
        Self::new(Verdict::Incomplete, detail)
    }
}

/// Returns `Ok` when the condition holds, otherwise a `tampered` fault.
pub(super) fn require(holds: bool, detail: &str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::tampered(detail)) }
}
