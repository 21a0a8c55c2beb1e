//! The notation with brackets around each AI. Invariant: an opening bracket within a value is escaped by a backslash,
//! which no value has itself.

use super::push;
use crate::{
    ai::Ai,
    element::Element,
    problem::{Problem, code},
};

pub(super) fn parse(text: &str) -> Result<Vec<Element>, Problem> {
    let mut elements = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let invalid = |detail: &str| Problem::new(start, code::INVALID_ELEMENT_STRING, detail);
        let rest = text[at..].strip_prefix('(').ok_or_else(|| invalid("an opening bracket must begin an element"))?;
        let (number, rest) = rest.split_once(')').ok_or_else(|| invalid("the bracket is not closed"))?;
        let ai = Ai::parse(number).map_err(|problem| problem.moved_by(at + 1))?;
        let escaped = &rest[..end_of_value(rest)];
        at += number.len() + 2;
        let element = Element::new(ai, escaped.replace("\\(", "("));
        let element = element.map_err(|problem| Problem { at: at + place(escaped, problem.at), ..problem })?;
        push(&mut elements, element, start)?;
        at += escaped.len();
    }
    Ok(elements)
}

/// The place of the first opening bracket that is not escaped.
fn end_of_value(text: &str) -> usize {
    let is_end = |at: &usize| *at == 0 || text.as_bytes()[at - 1] != b'\\';
    text.match_indices('(').map(|(at, _)| at).find(is_end).unwrap_or(text.len())
}

/// The place in an escaped text of a byte of the value.
fn place(escaped: &str, in_value: usize) -> usize {
    let mut at = 0;
    for _ in 0..in_value {
        at += if escaped.as_bytes().get(at..at + 2) == Some(b"\\(") { 2 } else { 1 };
    }
    at.min(escaped.len())
}

pub(super) fn write<'e>(elements: impl IntoIterator<Item = &'e Element>) -> String {
    let mut out = String::new();
    for element in elements {
        out.push('(');
        out.push_str(element.ai().as_str());
        out.push(')');
        out.push_str(&element.value().replace('(', "\\("));
    }
    out
}
