//! The notation of barcodes: elements one after the other, with the separator FNC1 after those whose length is not
//! predefined (GS1 General Specifications, section 7.8.5). Invariant: no value has a separator.

use super::push;
use crate::{
    ai::Ai,
    element::Element,
    problem::{Problem, code},
};

/// FNC1 in the data that scanners send: the control character "group separator".
pub(super) const GS: char = '\u{1d}';

/// The identifiers of symbologies that carry element strings: GS1-128, GS1 `DataBar` and Composite, GS1 `DataMatrix`,
/// GS1 QR Code, GS1 `DotCode` (GS1 General Specifications, figure 5.1.2-1).
const SYMBOLOGIES: [&str; 5] = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

pub(super) fn parse_scanned(text: &str) -> Result<Vec<Element>, Problem> {
    let symbology = SYMBOLOGIES.into_iter().find(|symbology| text.starts_with(symbology)).unwrap_or_default();
    let start = symbology.len() + usize::from(text[symbology.len()..].starts_with(GS));
    parse(&text[start..], GS).map_err(|problem| problem.moved_by(start))
}

pub(super) fn parse_caret(text: &str) -> Result<Vec<Element>, Problem> {
    match text.strip_prefix('^') {
        Some(rest) => parse(rest, '^').map_err(|problem| problem.moved_by(1)),
        None => Err(Problem::new(0, code::INVALID_ELEMENT_STRING, "FNC1, written ^, must be the first character")),
    }
}

fn parse(text: &str, separator: char) -> Result<Vec<Element>, Problem> {
    let mut elements = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let rest = &text[at..];
        let ai = Ai::at_start_of(rest)
            .ok_or_else(|| Problem::new(start, code::UNKNOWN_AI, "no application identifier begins here"))?;
        at += ai.as_str().len();
        let rest = &text[at..];
        let mut length = rest.find(separator).unwrap_or(rest.len());
        if let Some(definition) = ai.definition().filter(|_| ai.has_predefined_length()) {
            length = rest.floor_char_boundary(length.min(definition.length_max()));
        }
        let element = Element::new(ai, &rest[..length]).map_err(|problem| problem.moved_by(at))?;
        push(&mut elements, element, start)?;
        at += length;
        // A separator may also stand after a predefined length, and at the end.
        at += usize::from(text[at..].starts_with(separator));
    }
    Ok(elements)
}

pub(super) fn write<'e>(elements: impl IntoIterator<Item = &'e Element>, separator: char) -> String {
    let mut out = String::new();
    let mut is_separated = true;
    for element in elements {
        if !is_separated {
            out.push(separator);
        }
        out.push_str(element.ai().as_str());
        out.push_str(element.value());
        is_separated = element.ai().has_predefined_length();
    }
    out
}
