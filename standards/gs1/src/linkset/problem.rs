//! Problems of linkset documents. Invariant: a pointer names the faulty value, or the place of a missing one.

use std::fmt;

/// A fault of a linkset document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The JSON pointer (RFC 6901) of the faulty value; `""` for the whole document.
    pub pointer: String,
    /// The stable machine-readable code, one of [`code`](crate::problem::code).
    pub code: &'static str,
    /// One sentence for people.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:?}: {}", self.code, self.pointer, self.detail)
    }
}

impl std::error::Error for Problem {}
