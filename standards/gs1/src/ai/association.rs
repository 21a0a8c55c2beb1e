//! Which elements an element requires or excludes, as the dictionary writes it. Invariant: a pattern of AIs covers AIs
//! of its own length only.

use std::fmt;

use super::Ai;

/// Alternatives, each a group of AIs or of patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternatives(&'static str);

impl Alternatives {
    pub(super) const NONE: Self = Self("");

    pub(super) const fn of(text: &'static str) -> Self {
        Self(text)
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The groups. A group holds when all of its patterns do.
    pub fn groups(self) -> impl Iterator<Item = impl Iterator<Item = Pattern>> {
        self.0.split_ascii_whitespace().map(|group| group.split('+').map(Pattern))
    }
}

impl fmt::Display for Alternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An AI such as `8006`, or AIs that begin alike such as `35nn`, where each `n` is any digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern(&'static str);

impl Pattern {
    /// Whether the pattern covers this AI.
    pub fn covers(self, ai: Ai) -> bool {
        let digits = ai.as_str();
        let fits = |(wanted, digit): (u8, u8)| wanted == b'n' || wanted == digit;
        self.0.len() == digits.len() && self.0.bytes().zip(digits.bytes()).all(fits)
    }

    /// The pattern as the dictionary writes it.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}
