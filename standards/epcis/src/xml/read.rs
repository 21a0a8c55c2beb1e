//! Reads XML documents: `EPCISDocument`, `EPCISQueryDocument`, `EPCISMasterDataDocument`, or one event. Invariant: an
//! event is handed out as the JSON text that a JSON capture of it has, to be validated like one. At no time more than
//! one event is in memory as a tree. Time is proportional to the document.
//!
//! [`Document`] hands out the events one by one. [`json_document`] turns a whole document into one of the JSON binding,
//! and [`json_document_each`] does so where events are independent.

mod document;
mod envelope;
mod event;
mod extension;
mod field;
mod header;
mod json;
mod json_document;
pub(super) mod prefix;
mod sensor;
mod value;

use crate::{
    document::DocumentKind,
    limit::{EVENTS_PER_DOCUMENT_MAX, XML_DOCUMENT_BYTES_MAX, XML_JSON_BYTES_MAX},
};

pub use document::{Document, XmlEvent};
pub use json_document::{JsonDocument, PartialJsonDocument, json_document, json_document_each};

/// Which order the elements of an event may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementOrder {
    /// That of the XML schema.
    Schema,
    /// Any: for documents that were written by hand.
    Any,
}

/// What is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub order: ElementOrder,
    /// The largest document, in bytes.
    pub bytes_max: usize,
    /// The most events of a document.
    pub events_max: usize,
    /// The most memory of the JSON of a whole document, in bytes: see [`XML_JSON_BYTES_MAX`].
    pub json_bytes_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            order: ElementOrder::Schema,
            bytes_max: XML_DOCUMENT_BYTES_MAX,
            events_max: EVENTS_PER_DOCUMENT_MAX,
            json_bytes_max: XML_JSON_BYTES_MAX,
        }
    }
}

/// The parts of a document around its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub kind: DocumentKind,
    /// `schemaVersion` as sent: 1.x or 2.x. `None` for a bare event, and where a query document lacks it.
    pub schema_version: Option<String>,
    /// `creationDate` as sent. `None` in the same cases.
    pub creation_date: Option<String>,
    /// `queryName` of query results. Empty when it is missing.
    pub query_name: String,
    /// `subscriptionID` of query results.
    pub subscription_id: Option<String>,
    /// `sender`, `receiver` and `instanceIdentifier` of the Standard Business Document Header.
    pub business_header: Vec<(&'static str, String)>,
    /// The header as the JSON object `epcisHeader`: master data in `epcisMasterData`, and other elements as extensions.
    pub header_json: Option<String>,
    /// The vocabularies in the body, as the JSON list `vocabularyList`: the answer of a query, or the content of an
    /// `EPCISMasterDataDocument`.
    pub vocabularies_json: Option<String>,
    /// The names of event fields that a repository added, in JSON, see [`crate::context::Context::ignored_fields`].
    pub ignored_fields: Vec<String>,
}
