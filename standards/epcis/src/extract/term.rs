//! The rare fields of an event that a query can ask for by value. Invariant: a value has the same form here and in a
//! query.

use std::borrow::Cow;

use super::{canonical_identifier, canonical_in, unique};
use crate::{
    context::Scope,
    json::Node,
    vocabulary::{DISPOSITION, ERROR_REASON, Vocabulary},
};

/// A rare field. The numbers are stored, so they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TermKind {
    /// `persistentDisposition/set`.
    PersistentlySet = 1,
    /// `persistentDisposition/unset`.
    PersistentlyUnset = 2,
    /// `transformationID`.
    TransformationId = 3,
    /// `errorDeclaration/reason`.
    ErrorReason = 4,
    /// `errorDeclaration/correctiveEventIDs`.
    CorrectiveEventId = 5,
}

impl TermKind {
    /// The stored number of the field, 1 to 5.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The form of a value in a query, where the GS1 context alone applies.
    pub(crate) fn canonical(self, value: &str) -> Cow<'_, str> {
        match self.vocabulary() {
            Some(vocabulary) => vocabulary.canonical(value),
            None if self == Self::TransformationId => canonical_identifier(value),
            None => Cow::Borrowed(value),
        }
    }

    const fn vocabulary(self) -> Option<&'static Vocabulary> {
        match self {
            Self::PersistentlySet | Self::PersistentlyUnset => Some(&DISPOSITION),
            Self::ErrorReason => Some(&ERROR_REASON),
            Self::TransformationId | Self::CorrectiveEventId => None,
        }
    }
}

/// The value of a rare field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term<'a> {
    pub kind: TermKind,
    /// A bare word, an identifier in canonical form, or an event id as sent.
    pub value: Cow<'a, str>,
}

/// The rare fields of an event, sorted and without duplicates.
pub(super) fn terms<'e>(root: &'e Node<'_>, scope: Scope<'_, '_>) -> Vec<Term<'e>> {
    let below = |name: &str, member: &str| root.get(name).and_then(|node| node.get(member));
    let fields = [
        (TermKind::PersistentlySet, below("persistentDisposition", "set")),
        (TermKind::PersistentlyUnset, below("persistentDisposition", "unset")),
        (TermKind::TransformationId, root.get("transformationID")),
        (TermKind::ErrorReason, below("errorDeclaration", "reason")),
        (TermKind::CorrectiveEventId, below("errorDeclaration", "correctiveEventIDs")),
    ];
    let values = fields.into_iter().filter_map(|(kind, node)| Some((kind, node?))).flat_map(|(kind, node)| {
        let elements = node.as_array().unwrap_or(std::slice::from_ref(node));
        elements.iter().filter_map(move |element| Some((kind, element.as_str()?)))
    });
    unique(values.map(|(kind, value)| {
        let value = match kind.vocabulary() {
            Some(vocabulary) => vocabulary.canonical_in(value, scope),
            None if kind == TermKind::TransformationId => canonical_in(value, scope),
            None => Cow::Borrowed(value),
        };
        Term { kind, value }
    }))
}
