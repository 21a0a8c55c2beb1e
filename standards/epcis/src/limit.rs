//! Every limit of this crate, named once; each has a test that crosses it by one.

/// Events one capture document may carry.
pub const EVENTS_PER_DOCUMENT_MAX: usize = 1_000;

/// Identifiers of one event, counted over every instance list, class list and parent together.
pub const IDENTIFIERS_PER_EVENT_MAX: usize = 1_000;

/// Nested arrays and objects of a document, the document itself included.
pub const JSON_DEPTH_MAX: usize = 64;

/// Bytes of one event as sent.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// Bytes of one `@context` as sent; it is stored with every event of its document.
pub const CONTEXT_BYTES_MAX: usize = 16 * 1024;

/// Bytes of one URI, and of one namespace in a context: an expanded value is at most twice as long, which any index
/// of a database can hold.
pub const URI_BYTES_MAX: usize = 1_024;

/// Problems reported for one document or query; further ones are not looked for.
pub const PROBLEMS_MAX: usize = 100;

/// Values one query parameter may list.
pub const QUERY_VALUES_MAX: usize = 1_000;

/// Bytes of one query value.
pub const QUERY_VALUE_BYTES_MAX: usize = 2_048;

pub use standards_number::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX};

/// Events per page when a query does not say (EPCIS 2.0 REST binding, `perPage`).
pub const PER_PAGE_DEFAULT: u32 = 30;

/// Events per page at most.
pub const PER_PAGE_MAX: u32 = 1_000;
