//! A primary key with its qualifiers: what a Digital Link identifies. Invariant: the qualifiers are part of one
//! sequence of the key, in its order.

use super::percent::push_encoded;
use crate::{
    ai::{Ai, Definition},
    element::Element,
    problem::{Problem, code},
};

/// The beginning of every canonical link (URI Syntax 1.7, section 4.12).
pub const CANONICAL_ROOT: &str = "https://id.gs1.org";

/// A primary key with its qualifiers, such as a GTIN with lot and serial number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The key, then the qualifiers.
    pub(super) elements: Vec<Element>,
}

impl Identifier {
    /// The identifier of elements that were checked: the first one is a key, and the others follow it.
    pub(super) fn from_checked(elements: Vec<Element>) -> Self {
        Self { elements }
    }

    /// An identifier of a key, followed by its qualifiers in the order of the path.
    ///
    /// # Errors
    /// [`code::NO_KEY`] and [`code::INVALID_QUALIFIER`]; the place is the index of the element.
    pub fn new(elements: Vec<Element>) -> Result<Self, Problem> {
        let ais: Vec<Ai> = elements.iter().map(Element::ai).collect();
        let key = ais.split_first().filter(|(key, _)| key.definition().is_some_and(Definition::is_key));
        let Some((key, qualifiers)) = key else {
            return Err(Problem::new(0, code::NO_KEY, "an identifier begins with a primary key"));
        };
        match follow(*key, qualifiers) {
            Ok(()) => Ok(Self { elements }),
            Err(index) => {
                let detail = format!("({}) must not stand here after ({key})", qualifiers[index]);
                Err(Problem::new(index + 1, code::INVALID_QUALIFIER, detail))
            }
        }
    }

    /// The primary key.
    pub fn key(&self) -> &Element {
        &self.elements[0]
    }

    /// The qualifiers, in the order of the path.
    pub fn qualifiers(&self) -> &[Element] {
        &self.elements[1..]
    }

    /// The key, then the qualifiers.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The path, such as `/01/09506000134352/10/ABC`.
    pub fn path(&self) -> String {
        let mut out = String::new();
        self.push_path(&mut out);
        out
    }

    /// The canonical link, such as `https://id.gs1.org/01/09506000134352/10/ABC`.
    pub fn canonical(&self) -> String {
        let mut out = CANONICAL_ROOT.to_owned();
        self.push_path(&mut out);
        out
    }

    pub(super) fn push_path(&self, out: &mut String) {
        for element in &self.elements {
            out.push('/');
            out.push_str(element.ai().as_str());
            out.push('/');
            push_encoded(out, element.value());
        }
    }
}

/// Checks that `qualifiers` may follow a key. The error is the index of the first one that must not stand there.
pub(super) fn follow(key: Ai, qualifiers: &[Ai]) -> Result<(), usize> {
    let sequences = key.definition().into_iter().flat_map(Definition::qualifier_sequences);
    let followed = sequences
        .map(|mut sequence| qualifiers.iter().take_while(|wanted| sequence.any(|allowed| allowed == **wanted)).count())
        .max()
        .unwrap_or(0);
    if followed == qualifiers.len() { Ok(()) } else { Err(followed) }
}

/// Whether an AI is the key or a qualifier of an identifier.
pub(super) fn is_part_of(ai: Ai, identifier: &Identifier) -> bool {
    identifier.elements.iter().any(|element| element.ai() == ai)
}

/// Whether an AI is a qualifier that the path of this identifier could have besides those that it has.
pub(super) fn is_missing_qualifier(ai: Ai, identifier: &Identifier) -> bool {
    let Some(definition) = identifier.key().ai().definition() else { return false };
    !is_part_of(ai, identifier)
        && definition.qualifier_sequences().any(|sequence| {
            let sequence: Vec<Ai> = sequence.collect();
            sequence.contains(&ai) && identifier.qualifiers().iter().all(|element| sequence.contains(&element.ai()))
        })
}
