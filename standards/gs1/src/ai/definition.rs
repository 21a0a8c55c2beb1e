//! An entry of the dictionary as a type. Invariant: only the last component has a variable length, and no mandatory
//! component follows an optional one.

use super::{Ai, Alternatives};
use crate::{character_set::CharacterSet, check::Check};

/// What the dictionary says of an AI, or of several AIs in a row.
#[derive(Debug)]
pub struct Definition {
    /// The first AI of the entry.
    pub first: Ai,
    /// The last AI of the entry: the first one again, or the end of a row such as 3100 to 3105.
    pub last: Ai,
    /// The data title for human readable text.
    pub title: &'static str,
    /// The parts of a value, in their order.
    pub components: &'static [Component],
    /// Whether the AI may be an attribute in the query of a Digital Link.
    pub is_attribute: bool,
    requires: Alternatives,
    excludes: Alternatives,
    key: Option<&'static str>,
}

impl Definition {
    pub(super) const fn new(first: &str, last: &str, title: &'static str, components: &'static [Component]) -> Self {
        Self {
            first: Ai::of(first),
            last: Ai::of(last),
            title,
            components,
            is_attribute: true,
            requires: Alternatives::NONE,
            excludes: Alternatives::NONE,
            key: None,
        }
    }

    pub(super) const fn not_attribute(mut self) -> Self {
        self.is_attribute = false;
        self
    }

    pub(super) const fn requires(mut self, alternatives: &'static str) -> Self {
        self.requires = Alternatives::of(alternatives);
        self
    }

    pub(super) const fn excludes(mut self, alternatives: &'static str) -> Self {
        self.excludes = Alternatives::of(alternatives);
        self
    }

    /// Makes the AI a primary key. `sequences` are separated by spaces, and the qualifiers of a sequence by commas.
    pub(super) const fn key(mut self, sequences: &'static str) -> Self {
        self.key = Some(sequences);
        self
    }

    /// The elements of which at least one group must accompany this AI. Empty when it needs none.
    pub fn required(&self) -> Alternatives {
        self.requires
    }

    /// The elements that must not accompany this AI. An AI does not exclude itself.
    pub fn excluded(&self) -> Alternatives {
        self.excludes
    }

    /// Whether the AI is a primary key of a Digital Link.
    pub fn is_key(&self) -> bool {
        self.key.is_some()
    }

    /// The sequences of qualifiers that may follow this primary key, each in the order of the path. A path may leave
    /// out qualifiers of a sequence. Empty for a key without qualifiers, and for other AIs.
    pub fn qualifier_sequences(&self) -> impl Iterator<Item = impl Iterator<Item = Ai>> {
        let sequences = self.key.unwrap_or_default().split_ascii_whitespace();
        sequences.map(|sequence| sequence.split(',').filter_map(Ai::from_any_digits))
    }

    /// The fewest characters of a value.
    pub fn length_min(&self) -> usize {
        let mandatory = self.components.iter().filter(|component| !component.is_optional);
        mandatory.map(|component| component.length_min).sum()
    }

    /// The most characters of a value.
    pub fn length_max(&self) -> usize {
        self.components.iter().map(|component| component.length_max).sum()
    }
}

/// A part of a value with a meaning of its own.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    pub characters: CharacterSet,
    /// The fewest characters, when the component is present.
    pub length_min: usize,
    pub length_max: usize,
    /// Whether a value may end before this component.
    pub is_optional: bool,
    /// What is checked beyond the characters, in this order.
    pub checks: &'static [Check],
}

impl Component {
    pub(super) const fn fixed(characters: CharacterSet, length: usize) -> Self {
        Self { characters, length_min: length, length_max: length, is_optional: false, checks: &[] }
    }

    pub(super) const fn up_to(characters: CharacterSet, length_max: usize) -> Self {
        Self { characters, length_min: 1, length_max, is_optional: false, checks: &[] }
    }

    pub(super) const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    pub(super) const fn checked(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }
}
