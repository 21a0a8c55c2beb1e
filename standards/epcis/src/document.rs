//! Parses capture documents and bare events, stores each event as a record, and writes query documents. Invariant: an
//! event's text is cut out and joined, never rewritten, so the record of an event holds every byte that its sender sent
//! about it.

mod capture;
mod query_document;
mod record;

pub(crate) use capture::read_json;
pub use capture::{CaptureDocument, DocumentKind, parse, parse_event};
pub use query_document::{QueryResult, query_document};
pub use record::{Record, RecordError, read_record, record_document};
