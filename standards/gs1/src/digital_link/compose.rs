//! Links made of elements, such as those of a barcode. Invariant: the first primary key among the elements becomes the
//! key of the link, and each element has exactly one place.

use super::{
    DigitalLink, Identifier,
    identifier::{is_missing_qualifier, is_part_of},
};
use crate::{
    ai::{Ai, Definition},
    element::Element,
    limit::ELEMENTS_MAX,
    problem::{Problem, code},
};

impl DigitalLink {
    /// A link of elements in any order. Its qualifiers are those of the sequence that takes most of the elements; the
    /// rest become attributes, in their order. An element that is repeated counts once.
    ///
    /// # Errors
    /// The first problem; its place is the index of the element.
    pub fn from_elements(elements: &[Element]) -> Result<Self, Problem> {
        if elements.len() > ELEMENTS_MAX {
            let detail = format!("a link has at most {ELEMENTS_MAX} elements");
            return Err(Problem::new(ELEMENTS_MAX, code::TOO_MANY_ELEMENTS, detail));
        }
        let mut different: Vec<(usize, &Element)> = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            match different.iter().find(|(_, known)| known.ai() == element.ai()) {
                None => different.push((index, element)),
                Some((_, known)) if known.value() == element.value() => {}
                Some(_) => {
                    let detail = format!("({}) has two values", element.ai());
                    return Err(Problem::new(index, code::CONFLICTING_ELEMENTS, detail));
                }
            }
        }
        let key = different.iter().position(|(_, element)| element.ai().definition().is_some_and(Definition::is_key));
        let key = key.ok_or_else(|| Problem::new(elements.len(), code::NO_KEY, "no element is a primary key"))?;
        let (_, key) = different.remove(key);
        let mut first_problem = None;
        for sequence in sequences_by_use(key.ai(), &different) {
            match compose(key, &sequence, &different) {
                Ok(link) => return Ok(link),
                Err(problem) => first_problem = first_problem.or(Some(problem)),
            }
        }
        Err(first_problem.unwrap_or_else(|| Problem::new(0, code::NO_KEY, "no element is a primary key")))
    }
}

/// The sequences of qualifiers of a key, those first that take most of the elements.
fn sequences_by_use(key: Ai, elements: &[(usize, &Element)]) -> Vec<Vec<Ai>> {
    let sequences = key.definition().into_iter().flat_map(Definition::qualifier_sequences);
    let mut sequences: Vec<Vec<Ai>> = sequences.map(Iterator::collect).collect();
    if sequences.is_empty() {
        sequences.push(Vec::new());
    }
    let uses = |sequence: &Vec<Ai>| elements.iter().filter(|(_, element)| sequence.contains(&element.ai())).count();
    sequences.sort_by_key(|sequence| std::cmp::Reverse(uses(sequence)));
    sequences
}

fn compose(key: &Element, sequence: &[Ai], elements: &[(usize, &Element)]) -> Result<DigitalLink, Problem> {
    let qualifiers = sequence.iter().filter_map(|ai| elements.iter().find(|(_, element)| element.ai() == *ai));
    let identifier: Vec<Element> =
        std::iter::once(key).chain(qualifiers.map(|(_, element)| *element)).cloned().collect();
    let identifier = Identifier::from_checked(identifier);
    let mut attributes = Vec::new();
    for (index, element) in elements.iter().filter(|(_, element)| !is_part_of(element.ai(), &identifier)) {
        let is_attribute = element.ai().definition().is_none_or(|definition| definition.is_attribute);
        if !is_attribute || is_missing_qualifier(element.ai(), &identifier) {
            let detail = format!("({}) must not be an attribute of ({})", element.ai(), key.ai());
            return Err(Problem::new(*index, code::NOT_AN_ATTRIBUTE, detail));
        }
        attributes.push((*element).clone());
    }
    let link = DigitalLink { origin: String::new(), stem: String::new(), identifier, attributes, query: None };
    link.check_length()?;
    Ok(link)
}
