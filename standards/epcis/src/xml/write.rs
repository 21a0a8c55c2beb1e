//! Writes events as XML of version 2.0, or of 1.2 as far as that goes. Invariant: the order of elements is that of the
//! schema, and reading the XML gives an event of the same hash, `eventID`, `recordTime` and error declaration. What
//! has no form in XML is an error that names it; nothing is left out.
//!
//! In lists of users XML has no brackets: a list of one value is read again as the value, an empty list as nothing, and
//! an empty object as an empty text. The event hash knows no such difference either.

mod document;
mod event;
mod extension;
mod field;
mod markup;
mod name;

use std::fmt;

use super::Version;
use crate::{
    problem::{Problem, code},
    translate::CbvXmlFormat,
    vocabulary::CbvVersion,
};

pub use document::{capture_document, delivery_document, event, query_document, query_result};

/// What version 1.2 does with the fields and event types of 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LaterFields {
    /// They are an error.
    #[default]
    Refuse,
    /// They are written into the innermost `extension`, which the schema of 1.2 keeps free for later versions.
    Extend,
}

/// The form of the XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub version: Version,
    /// Only for version 1.2.
    pub later: LaterFields,
    pub cbv: CbvXmlFormat,
    /// The version of the CBV. A word that it does not have is an error.
    pub cbv_version: CbvVersion,
    /// The largest document, in bytes, checked before each field and element.
    pub bytes_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::V2_0,
            later: LaterFields::Refuse,
            cbv: CbvXmlFormat::NoPreference,
            cbv_version: CbvVersion::V2_0,
            bytes_max: usize::MAX,
        }
    }
}

/// Reasons why a part of an event has no form in XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Version 1.2 does not have the event type.
    EventType,
    /// Version 1.2 does not have the field.
    Field,
    /// The version of the CBV does not have the word, or not in the format of the options.
    Word,
    /// The name is none of XML, or its namespace is not known.
    Name,
    /// The name is a term that the `@context` binds, which XML has no form for.
    Term,
    /// The namespace belongs to EPCIS or XML itself, or is too long.
    Namespace,
    /// The event uses more namespaces than a document may.
    ManyNamespaces,
    /// A list stands directly in a list.
    NestedList,
    /// A list or an object stands where XML has an attribute or a text.
    NotText,
    /// The schema has one value here, not a list.
    ManyValues,
    /// A text has a character that XML does not.
    Character,
    /// The value does not have the form that the standard gives it.
    Form,
    /// The document would have more bytes than it may have.
    Size,
}

impl Reason {
    const fn words(self) -> &'static str {
        match self {
            Self::EventType => "EPCIS 1.2 does not have this type of event",
            Self::Field => "EPCIS 1.2 does not have this field",
            Self::Word => "CBV 1.2 does not have this word in this form",
            Self::Name => "the name is none of XML, or its namespace is not known",
            Self::Term => "the name is a term of the @context",
            Self::Namespace => "the namespace is reserved or too long",
            Self::ManyNamespaces => "the event uses too many namespaces",
            Self::NestedList => "a list stands in a list",
            Self::NotText => "a list or an object stands where XML has a text",
            Self::ManyValues => "the schema has one value here, not a list",
            Self::Character => "the text has a character that XML does not",
            Self::Form => "the value does not have the form that the standard gives it",
            Self::Size => "the document would be too large",
        }
    }
}

/// A part of an event that has no form in XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inexpressible {
    /// The index of the event among those to be written, from 0.
    pub event: usize,
    /// The RFC 6901 pointer into the event.
    pub pointer: String,
    pub reason: Reason,
}

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} has no form in XML at {:?}: {}", self.event, self.pointer, self.reason.words())
    }
}

impl std::error::Error for Inexpressible {}

impl From<Inexpressible> for Problem {
    fn from(part: Inexpressible) -> Self {
        let detail = format!("this has no form in XML: {}", part.reason.words());
        Self { pointer: part.pointer, code: code::NOT_EXPRESSIBLE_IN_XML, detail }
    }
}

/// A fault at a position in an event.
type Written<T = ()> = Result<T, (String, Reason)>;

/// The fault for which a part at `path` cannot be written.
fn fault<T>(path: &crate::problem::Path<'_>, reason: Reason) -> Written<T> {
    Err((path.pointer(), reason))
}
