//! Why a verification stops. Invariant: carries every verdict but success.

use crate::Verdict;

/// A verdict against the bundle, with its reason.
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

/// `Ok` when the condition holds, else `tampered`.
pub(super) fn require(holds: bool, detail: &str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::tampered(detail)) }
}
