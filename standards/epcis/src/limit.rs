//! The limits of this crate. Invariant: a document or query above a limit is refused, never truncated. Each limit has a
//! test that exceeds it by one.

/// The most events in one capture document.
pub const EVENTS_PER_DOCUMENT_MAX: usize = 1_000;

/// The most identifiers of one event, counted over all instance lists, class lists and the parent together.
pub const IDENTIFIERS_PER_EVENT_MAX: usize = 1_000;

/// The deepest nesting of arrays and objects in a document, including the document itself.
pub const JSON_DEPTH_MAX: usize = 64;

/// The largest event as sent, in bytes.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// The largest `@context` as sent, in bytes. It is stored with every event of its document.
pub const CONTEXT_BYTES_MAX: usize = 16 * 1024;

/// The longest URI, and the longest namespace in a context when its prefix is written out, in bytes. An expanded value
/// is at most twice as long, which fits into a database index.
pub const URI_BYTES_MAX: usize = 1_024;

/// The most definitions that a namespace in a context rests on, each a prefix of the one before.
pub const NAMESPACE_HOPS_MAX: usize = 8;

/// The most problems reported for one document or query. Validation stops there.
pub const PROBLEMS_MAX: usize = 100;

/// The bytes of reported problems at which no further one is added.
pub const PROBLEM_BYTES_MAX: usize = 64 * 1024;

/// The longest pointer of a problem, in bytes before escaping.
pub const POINTER_BYTES_MAX: usize = 4 * 1024;

/// The longest hash text of one event, in bytes, estimated from above: names and values are written out in it, a list's
/// name once for each element. So a short event can have a long text.
pub const HASH_TEXT_BYTES_PER_EVENT_MAX: usize = 4 * 1024 * 1024;

/// The longest hash texts of all events of one capture document together, in bytes.
pub const HASH_TEXT_BYTES_PER_DOCUMENT_MAX: usize = 64 * 1024 * 1024;

/// The most prefixes that an answer binds for its events together. An event that needs another one carries its context.
pub const MERGED_PREFIXES_MAX: usize = 256;

/// The most problems reported of one event that is refused alone.
pub const PROBLEMS_PER_REFUSED_EVENT_MAX: usize = 3;

/// The most values in one query parameter.
pub const QUERY_VALUES_MAX: usize = 1_000;

/// The longest query value, in bytes.
pub const QUERY_VALUE_BYTES_MAX: usize = 2_048;

/// The most parameters of a query.
pub const QUERY_PARAMETERS_MAX: usize = 64;

/// The largest query, in bytes: the names and values of a URL, or a body.
pub const QUERY_BYTES_MAX: usize = 256 * 1024;

/// The most work of one query. Each value costs 1, and each EPC pattern [`PATTERN_COST`].
pub const QUERY_COST_MAX: usize = 2_000;

/// The cost of an EPC pattern: each one reads a range of the index of its own.
pub const PATTERN_COST: usize = 20;

pub use standards_number::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX};

/// The events per page when a query does not specify it (EPCIS 2.0 REST binding, `perPage`).
pub const PER_PAGE_DEFAULT: u32 = 30;

/// The most events per page. A larger `perPage` counts as this number.
pub const PER_PAGE_MAX: u32 = 1_000;
