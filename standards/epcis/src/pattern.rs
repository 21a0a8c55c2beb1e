//! The values of a query's `MATCH_…` parameters: one identifier, or all identifiers of an EPC pattern (EPCIS 2.0
//! section 8.2.7.1.1). Invariant: one identifier is found in every spelling. A pattern is compared component by
//! component, never as the beginning of a text.

use crate::{
    extract::canonical_identifier,
    identifier::{self, normal_head},
};

pub use crate::identifier::{KeyRange, Level};

/// A set of identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this identifier, in canonical form.
    Exact(String),
    /// All identifiers whose [`identifier::pattern_key`] is in one of these ranges: one or two.
    Keys(Vec<KeyRange>),
}

impl Pattern {
    /// Parses an EPC URN, a Digital Link, an EPC pattern URN or any other URI, also with a prefix of the GS1 context.
    /// `None` for an invalid EPC pattern.
    pub fn parse(text: &str, level: Level) -> Option<Self> {
        match normal_head(text).strip_prefix("urn:epc:idpat:") {
            None => Some(Self::Exact(canonical_identifier(text).into_owned())),
            Some(rest) => identifier::ranges(rest, level).map(Self::Keys),
        }
    }

    /// Whether the set contains an identifier, in the spelling of its event.
    pub fn matches(&self, written: &str) -> bool {
        match self {
            Self::Exact(canonical) => *canonical == canonical_identifier(written),
            Self::Keys(ranges) => {
                identifier::pattern_key(written).is_some_and(|key| ranges.iter().any(|range| range.contains(&key)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
