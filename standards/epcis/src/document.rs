//! Reading capture documents and bare events, storing each event on its own, and writing query documents.
//!
//! Invariant kept: an event's text is cut out and joined, never re-written; whoever holds the record of an event
//! holds every byte its sender sent about it.

mod capture;
mod query_document;
mod record;

pub(crate) use capture::read_json;
pub use capture::{CaptureDocument, DocumentKind, parse, parse_event};
pub use query_document::{QueryResult, query_document};
pub use record::{Record, RecordError, read_record, record_document};
