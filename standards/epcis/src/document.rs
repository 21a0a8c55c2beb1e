//! Parses capture documents, stores each event as a record, and writes query documents. Invariant: a record holds every
//! byte that the sender sent about its event. A query document changes only `eventID`, `recordTime` and `@context`.

mod bytes;
mod capture;
mod content;
mod envelope;
mod query_document;
mod record;
mod shared_context;

pub(crate) use bytes::read_json;
pub use capture::{CaptureDocument, DocumentKind, PartialDocument, RefusedEvent, parse, parse_each, parse_event};
pub use content::content;
pub(crate) use content::{push_opaque, push_value};
pub use query_document::{Delivery, QueryResult, delivery_document, query_document};
pub use record::{Record, RecordError, read_record, record_document, record_of};
