//! The lengths of GS1 company prefixes. Invariant: a length is 6 to 12 digits (GS1 General Specifications section 1.4).

use std::{collections::BTreeMap, ops::RangeInclusive};

/// The lengths of company prefixes that GS1 assigns.
const LENGTHS: RangeInclusive<usize> = 6..=12;

/// A source of the lengths of company prefixes.
pub trait CompanyPrefixes {
    /// The length of the company prefix that a key begins with, an indicator digit left out. `None` when it is unknown.
    fn length(&self, digits: &str) -> Option<usize>;
}

/// No length is known: every Digital Link stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

impl CompanyPrefixes for Unknown {
    fn length(&self, _digits: &str) -> Option<usize> {
        None
    }
}

/// Beginnings of keys, each with the length of the company prefixes that begin so: the form in which GS1 publishes
/// lengths, and in which an operator states those of its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrefixTable {
    lengths: BTreeMap<String, usize>,
    longest: usize,
}

impl PrefixTable {
    /// Takes entries of digits and a length of 6 to 12. Entries of another form are left out.
    pub fn new(entries: impl IntoIterator<Item = (String, usize)>) -> Self {
        let is_entry = |(digits, length): &(String, usize)| {
            !digits.is_empty()
                && digits.len() <= *LENGTHS.end()
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && LENGTHS.contains(length)
        };
        let lengths: BTreeMap<String, usize> = entries.into_iter().filter(is_entry).collect();
        let longest = lengths.keys().map(String::len).max().unwrap_or_default();
        Self { lengths, longest }
    }
}

impl CompanyPrefixes for PrefixTable {
    /// That of the longest entry that the digits begin with.
    fn length(&self, digits: &str) -> Option<usize> {
        let longest = self.longest.min(digits.len());
        (1..=longest).rev().find_map(|count| self.lengths.get(digits.get(..count)?)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_decides() {
        let entries = [("4", 7), ("40123", 9), ("06", 8), ("x", 7), ("5", 5), ("", 7), ("1234567890123", 7)];
        let table = PrefixTable::new(entries.map(|(digits, length)| (digits.to_owned(), length)));
        for (digits, length) in [
            ("4098765432101", Some(7)),
            ("4012345000009", Some(9)),
            ("0614141123452", Some(8)),
            ("5", None),
            ("", None),
            ("1234567890123", None),
        ] {
            assert_eq!(table.length(digits), length, "{digits}");
        }
        assert_eq!(Unknown.length("4012345"), None);
    }
}
