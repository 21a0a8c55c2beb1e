//! A primary key with its qualifiers: what a Digital Link identifies. Invariant: the qualifiers are part of one sequence
//! of the key, in its order.

use super::percent::push_encoded;
use crate::{
    ai::{Ai, Definition},
    element::Element,
};

/// The beginning of every canonical link (URI Syntax 1.7, section 4.12).
pub const CANONICAL_ROOT: &str = "https://id.gs1.org";

/// A primary key with its qualifiers, such as a GTIN with lot and serial number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The key, then the qualifiers.
    elements: Vec<Element>,
}

impl Identifier {
    /// The identifier of elements that were checked: the first one is a key, and the others follow it.
    pub(super) fn from_checked(elements: Vec<Element>) -> Self {
        Self { elements }
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
    let count = |mut sequence: Box<dyn Iterator<Item = Ai>>| {
        qualifiers.iter().take_while(|qualifier| sequence.any(|allowed| allowed == **qualifier)).count()
    };
    let followed = sequences.map(|sequence| count(Box::new(sequence))).max().unwrap_or(0);
    if followed == qualifiers.len() { Ok(()) } else { Err(followed) }
}

/// Whether an AI is a qualifier that the path of this identifier could have besides those that it has.
pub(super) fn is_missing_qualifier(ai: Ai, identifier: &Identifier) -> bool {
    let Some(definition) = identifier.key().ai().definition() else { return false };
    let has = |wanted: Ai| identifier.qualifiers().iter().any(|element| element.ai() == wanted);
    !has(ai)
        && definition.qualifier_sequences().any(|sequence| {
            let sequence: Vec<Ai> = sequence.collect();
            sequence.contains(&ai) && identifier.qualifiers().iter().all(|element| sequence.contains(&element.ai()))
        })
}
