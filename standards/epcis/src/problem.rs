//! Problems: faults of an input, each with its position and a stable code. Invariant: a code never changes its meaning.
//! A pointer (RFC 6901) names the faulty value, or the place of a missing one.

use std::fmt::{self, Write as _};

use crate::{
    json::Node,
    limit::{POINTER_BYTES_MAX, PROBLEM_BYTES_MAX, PROBLEMS_MAX},
};

/// A fault of a document or query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The RFC 6901 pointer into the document (`""` for the whole document), or `/name` of a query parameter. A value
    /// whose pointer would exceed [`POINTER_BYTES_MAX`] is named by the innermost enclosing one that has a shorter one.
    pub pointer: String,
    /// The stable machine-readable code, one of [`code`].
    pub code: &'static str,
    /// One sentence for people. May quote the input.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:?}: {}", self.code, self.pointer, self.detail)
    }
}

/// The stable codes of problems.
pub mod code {
    macro_rules! codes {
        ($($(#[$doc:meta])+ $name:ident = $code:literal;)+) => {
            $($(#[$doc])+ pub const $name: &str = $code;)+

            /// All codes.
            pub const ALL: &[&str] = &[$($name),+];
        };
    }

    codes! {
        /// The bytes are not one JSON value in UTF-8 (RFC 8259).
        MALFORMED_JSON = "request.malformed_json";
        /// Arrays and objects nest deeper than allowed.
        JSON_TOO_DEEP = "request.json_too_deep";
        /// An object has two members of the same name, so readers may disagree on its value.
        DUPLICATE_KEY = "request.duplicate_key";
        /// A number has more digits or a larger exponent than a document may hold.
        NUMBER_OUT_OF_RANGE = "request.number_out_of_range";
        /// The bytes are not one well-formed XML 1.0 document in UTF-8 with namespaces.
        MALFORMED_XML = "request.malformed_xml";
        /// XML with a document type, an entity of its own or a processing instruction among its elements.
        XML_NOT_ALLOWED = "request.xml_not_allowed";
        /// XML elements nest deeper than allowed.
        XML_TOO_DEEP = "request.xml_too_deep";
        /// An XML document, or a part of it, is larger than allowed.
        XML_TOO_LARGE = "request.xml_too_large";
        /// A text, a name or an identifier has a control character, or another one that its place does not allow.
        INVALID_CHARACTER = "provenance.invalid_character";
        /// The envelope is not an EPCIS document, query document or bare event.
        INVALID_DOCUMENT = "provenance.invalid_document";
        /// The `@context` is not a JSON-LD context this library can read without fetching.
        INVALID_CONTEXT = "provenance.invalid_context";
        /// The document carries more events than allowed.
        TOO_MANY_EVENTS = "provenance.too_many_events";
        /// One event is longer than allowed.
        EVENT_TOO_LARGE = "provenance.event_too_large";
        /// A document has more elements of vocabularies than allowed, or one of them is larger than allowed.
        TOO_MUCH_MASTER_DATA = "provenance.too_much_master_data";
        /// One event names more identifiers than allowed.
        TOO_MANY_IDENTIFIERS = "provenance.too_many_identifiers";
        /// `type` is none of the five event types, and not the URI of a user's own.
        INVALID_EVENT_TYPE = "provenance.invalid_event_type";
        /// A field that the event requires is missing.
        MISSING_FIELD = "provenance.missing_field";
        /// A standard field is present on an event type or action that does not have it.
        FIELD_NOT_ALLOWED = "provenance.field_not_allowed";
        /// A name is neither a standard field nor namespaced.
        UNKNOWN_FIELD = "provenance.unknown_field";
        /// A master-data field has no namespace.
        FIELD_WITHOUT_NAMESPACE = "provenance.field_without_namespace";
        /// A name's prefix is not bound in the `@context`.
        UNBOUND_PREFIX = "provenance.unbound_prefix";
        /// A value has the wrong JSON type.
        INVALID_TYPE = "provenance.invalid_type";
        /// `eventTime` is not a date and time with a zone.
        INVALID_EVENT_TIME = "provenance.invalid_event_time";
        /// Another time is not a date and time with a zone.
        INVALID_TIME = "provenance.invalid_time";
        /// `eventTimeZoneOffset` is not `±hh:mm`.
        INVALID_TIME_ZONE_OFFSET = "provenance.invalid_time_zone_offset";
        /// `action` is none of `ADD`, `OBSERVE`, `DELETE`.
        INVALID_ACTION = "provenance.invalid_action";
        /// A bare word is not in the Core Business Vocabulary.
        UNKNOWN_VOCABULARY_WORD = "provenance.unknown_vocabulary_word";
        /// A list of instances names one instance twice.
        DUPLICATE_IDENTIFIER = "provenance.duplicate_identifier";
        /// A value is not a URI.
        INVALID_URI = "provenance.invalid_uri";
        /// A URI is longer than allowed.
        URI_TOO_LONG = "provenance.uri_too_long";
        /// A unit of measure does not have the form of a UN/ECE Recommendation 20 code.
        INVALID_UNIT = "provenance.invalid_unit";
        /// A value is not hexadecimal.
        INVALID_HEX = "provenance.invalid_hex";
        /// An XML element is given twice where the schema has it once.
        REPEATED_ELEMENT = "provenance.repeated_element";
        /// An XML element stands after one that the schema puts behind it.
        INVALID_ELEMENT_ORDER = "provenance.invalid_element_order";
        /// An event has a part that the requested version of XML has no form for.
        NOT_EXPRESSIBLE_IN_XML = "provenance.not_expressible_in_xml";
        /// A query has a parameter that this repository does not know.
        UNKNOWN_QUERY_PARAMETER = "provenance.unknown_query_parameter";
        /// A query parameter's value cannot be read.
        INVALID_QUERY_VALUE = "provenance.invalid_query_value";
        /// The query would cost more than one query may.
        QUERY_TOO_COMPLEX = "provenance.query_too_complex";
    }
}

/// A position in a document. Built on the stack during descent, and converted to a pointer only when there is a
/// problem.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Name(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    pub(crate) fn name(&'p self, name: &'p str) -> Path<'p> {
        Path::Name(self, name)
    }

    pub(crate) fn index(&'p self, index: usize) -> Path<'p> {
        Path::Index(self, index)
    }

    pub(crate) fn pointer(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Appends the pointer. Returns whether the whole of it fitted.
    fn write(&self, out: &mut String) -> bool {
        match self {
            Path::Root => true,
            Path::Name(parent, name) => parent.write(out) && push_name(out, name),
            Path::Index(parent, index) => {
                let is_whole = parent.write(out);
                if is_whole {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "/{index}");
                }
                is_whole
            }
        }
    }
}

/// The RFC 6901 pointer of these names, from the outermost.
pub(crate) fn pointer_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut out = String::new();
    for name in names {
        if !push_name(&mut out, name) {
            break;
        }
    }
    out
}

/// Appends `/name` with RFC 6901 escapes. A name that does not fit is left out, and `false` returned.
fn push_name(out: &mut String, name: &str) -> bool {
    if out.len() + name.len() > POINTER_BYTES_MAX {
        return false;
    }
    out.push('/');
    for letter in name.chars() {
        match letter {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
    true
}

/// A list of up to [`PROBLEMS_MAX`] problems with up to about [`PROBLEM_BYTES_MAX`] bytes. The first is always listed.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    bytes: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, path: &Path<'_>, code: &'static str, detail: impl Into<String>) {
        if !self.is_full() {
            let problem = Problem { pointer: path.pointer(), code, detail: detail.into() };
            self.bytes += problem.pointer.len() + problem.detail.len();
            self.list.push(problem);
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= PROBLEMS_MAX || self.bytes >= PROBLEM_BYTES_MAX
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds the problems of a part, up to the limit.
    pub(crate) fn append(&mut self, other: Self) {
        for problem in other.list {
            if self.is_full() {
                break;
            }
            self.bytes += problem.pointer.len() + problem.detail.len();
            self.list.push(problem);
        }
    }

    pub(crate) fn contains(&self, code: &str) -> bool {
        self.list.iter().any(|problem| problem.code == code)
    }

    /// Returns `value` when there are no problems, otherwise all problems.
    pub(crate) fn into_result<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.list.is_empty() { Ok(value) } else { Err(self.list) }
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.list
    }
}

/// Quotes a value of a document: a string without its escapes, or the text of another value.
pub(crate) fn quote_value(node: &Node<'_>) -> String {
    quote(node.as_str().unwrap_or(node.raw))
}

/// Quotes a text, shortened so that a report does not grow with the input.
pub fn quote(text: &str) -> String {
    const LETTERS_MAX: usize = 80;
    let mut letters = text.chars();
    let head: String = letters.by_ref().take(LETTERS_MAX).collect();
    if letters.next().is_some() { format!("{head:?}…") } else { format!("{head:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_slash_and_tilde() {
        let root = Path::Root;
        let list = root.name("a/b~c");
        assert_eq!(list.index(3).pointer(), "/a~1b~0c/3");
    }

    #[test]
    fn problems_stop_at_the_limit() {
        let mut problems = Problems::default();
        for _ in 0..=PROBLEMS_MAX {
            problems.push(&Path::Root, code::MISSING_FIELD, "x");
        }
        assert_eq!(problems.into_vec().len(), PROBLEMS_MAX);
    }

    #[test]
    fn pointers_and_reports_stay_short() {
        let root = Path::Root;
        let long = "~".repeat(POINTER_BYTES_MAX);
        let fits = root.name(&long);
        assert_eq!(fits.pointer().len(), 2 * POINTER_BYTES_MAX + 1);
        assert_eq!(root.name("a").name("b").name(&long).pointer(), "/a/b");
        assert_eq!(pointer_of(["a", &long, "c"].into_iter()), "/a");
        let mut problems = Problems::default();
        for _ in 0..PROBLEMS_MAX {
            problems.push(&fits, code::MISSING_FIELD, "x");
        }
        let count = problems.into_vec().len();
        assert_eq!(count, PROBLEM_BYTES_MAX.div_ceil(2 * POINTER_BYTES_MAX + 2));
    }

    #[test]
    fn a_quotation_is_short() {
        assert_eq!(quote("ab"), "\"ab\"");
        assert!(quote(&"x".repeat(1_000)).chars().count() < 90);
    }
}
