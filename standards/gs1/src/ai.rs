//! Application identifiers (AIs), the numbers that say what a value means. Invariant: the table of them equals the
//! published GS1 Barcode Syntax Dictionary; a test compares every attribute of every entry.

mod association;
mod definition;
mod table;

use std::{fmt, str};

pub use association::{Alternatives, Pattern};
pub use definition::{Component, Definition};

use crate::problem::{Problem, code};

/// The number of an application identifier: two to four digits. Ordered as text. It need not be in the dictionary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai([u8; 4]);

impl Ai {
    /// The AI with these digits. For constants: anything else than two to four digits does not compile.
    pub const fn of(digits: &str) -> Self {
        match Self::from_digits(digits.as_bytes()) {
            Some(ai) => ai,
            None => panic!("an AI has two to four digits"),
        }
    }

    const fn from_digits(digits: &[u8]) -> Option<Self> {
        if digits.len() < 2 || digits.len() > 4 {
            return None;
        }
        let mut padded = [0; 4];
        let mut index = 0;
        while index < digits.len() {
            if !digits[index].is_ascii_digit() {
                return None;
            }
            padded[index] = digits[index];
            index += 1;
        }
        Some(Self(padded))
    }

    /// Reads an AI of the dictionary.
    ///
    /// # Errors
    /// [`code::UNKNOWN_AI`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let unknown = || Problem::new(0, code::UNKNOWN_AI, "this is not an application identifier");
        Self::from_digits(text.as_bytes()).filter(|ai| ai.definition().is_some()).ok_or_else(unknown)
    }

    /// Reads two to four digits, whether or not the dictionary has them.
    pub(crate) fn from_any_digits(text: &str) -> Option<Self> {
        Self::from_digits(text.as_bytes())
    }

    /// The AI at the beginning of `data`. No AI begins with another one, so there is at most one.
    pub(crate) fn at_start_of(data: &str) -> Option<Self> {
        let bytes = data.as_bytes();
        let mut candidates = (2..=4).filter_map(|length| Self::from_digits(bytes.get(..length)?));
        candidates.find(|ai| ai.definition().is_some())
    }

    /// What the dictionary says of this AI.
    pub fn definition(self) -> Option<&'static Definition> {
        table::find(self)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        str::from_utf8(&self.0[..length]).expect("digits are UTF-8")
    }

    /// Whether values have a predefined length, so that no separator follows them in a barcode (GS1 General
    /// Specifications, figure 7.8.5-2). The first two digits decide, for AIs to come as well.
    pub fn has_predefined_length(self) -> bool {
        matches!(&self.0[..2], [b'0', b'0'..=b'4'] | [b'1', b'1'..=b'9'] | b"20" | [b'3', b'1'..=b'6'] | b"41")
    }
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({self})")
    }
}

/// Every entry of the dictionary, in its order. An entry is one AI, or several that follow each other.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    table::SECTIONS.iter().flat_map(|section| section.iter())
}

#[cfg(test)]
mod tests;
