//! The XML binding of EPCIS 2.0, and of 1.2 as far as that version goes. Invariant: an event has one meaning, whichever
//! binding it came in. Its JSON text and its XML text have the same event hash.
//!
//! | XML | JSON |
//! | --- | --- |
//! | element of the standard | member of the same name; wrappers of version 1.2 disappear |
//! | CBV web URI, URN or CURIE | bare word |
//! | element or attribute with a namespace | member `prefix:name`, its prefix bound in `@context` |
//! | element of a user without a namespace, inside another one | member of the same name |
//! | repeated element | list |
//! | text of an element that has attributes too | member `#text` |
//! | `xsi:type` of an XML Schema number or boolean | JSON number or boolean; without it, a string |
//! | `xsi:nil="true"` | `null`; a `quantity` disappears |
//! | white space around a text | removed, unless `xml:space="preserve"` |
//! | comment | removed |
//!
//! - [`read`] reads a document event by event.
//! - [`write`] writes events, capture documents and query documents.

mod character;
mod fault;
mod namespace;
pub mod read;
mod schema;
mod tag;
mod token;
mod tree;
pub mod write;

pub use fault::XmlProblem;
pub(crate) use schema::is_field;

/// The member that holds the text of an element with attributes.
pub(crate) const TEXT: &str = "#text";

/// A version of the XML binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// EPCIS 1.2, and its forerunners 1.0 and 1.1, which are subsets.
    V1_2,
    /// EPCIS 2.0.
    V2_0,
}
