//! Element strings: the data of a GS1 barcode as text (GS1 General Specifications, section 7.8). Invariant: what is
//! written in a notation is read as the same elements.

mod bracketed;
mod separated;

use crate::{
    element::Element,
    limit::{ELEMENT_STRING_BYTES_MAX, ELEMENTS_MAX},
    problem::{Problem, code},
};

/// A notation of element strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// For people: `(01)09506000134352(10)ABC`. An opening bracket within a value is written `\(`.
    Bracketed,
    /// As scanners send it: FNC1 is the control character GS (0x1D). A symbology identifier such as `]Q3`, or FNC1, may
    /// stand at the beginning, and is not written.
    Scanned,
    /// With `^` for FNC1, which also stands at the beginning: `^010950600013435210ABC^21123`.
    Caret,
}

/// Reads an element string. The elements are valid each; [`pairing`](crate::pairing) checks them together.
///
/// # Errors
/// The first problem; its place is counted in bytes of `text`.
pub fn parse(text: &str, notation: Notation) -> Result<Vec<Element>, Problem> {
    if text.len() > ELEMENT_STRING_BYTES_MAX {
        let detail = format!("an element string has at most {ELEMENT_STRING_BYTES_MAX} bytes");
        return Err(Problem::new(ELEMENT_STRING_BYTES_MAX, code::ELEMENT_STRING_TOO_LONG, detail));
    }
    let elements = match notation {
        Notation::Bracketed => bracketed::parse(text),
        Notation::Scanned => separated::parse_scanned(text),
        Notation::Caret => separated::parse_caret(text),
    }?;
    if elements.is_empty() {
        return Err(Problem::new(text.len(), code::INVALID_ELEMENT_STRING, "the element string has no element"));
    }
    Ok(elements)
}

/// Writes elements in their order.
pub fn write<'e>(elements: impl IntoIterator<Item = &'e Element>, notation: Notation) -> String {
    match notation {
        Notation::Bracketed => bracketed::write(elements),
        Notation::Scanned => separated::write(elements, separated::GS),
        Notation::Caret => format!("^{}", separated::write(elements, '^')),
    }
}

/// Appends an element that begins at this place, unless there are too many.
fn push(elements: &mut Vec<Element>, element: Element, at: usize) -> Result<(), Problem> {
    if elements.len() == ELEMENTS_MAX {
        let detail = format!("an element string has at most {ELEMENTS_MAX} elements");
        return Err(Problem::new(at, code::TOO_MANY_ELEMENTS, detail));
    }
    elements.push(element);
    Ok(())
}
