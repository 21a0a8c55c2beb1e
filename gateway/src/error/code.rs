//! The codes of the door. Invariant: a code is defined in one table, [`ALL`] here or the `code.rs` of a slice, is
//! listed in openapi/reference.md, and is never renamed.

/// A stable code with its one status and title.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// `<domain>.<what>`.
    pub name: &'static str,
    /// The HTTP status that it always has.
    pub status: u16,
    /// What it means, in words.
    pub title: &'static str,
}

impl Code {
    /// Defines a code; use it in a `const`.
    pub const fn new(name: &'static str, status: u16, title: &'static str) -> Self {
        Self { name, status, title }
    }
}

/// Defines a table of codes: a constant for each, and `ALL`.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        $($(#[$meta])* pub const $name: $crate::error::Code = $crate::error::Code::new($code, $status, $title);)*

        /// Every code of this table, for the documentation and its test.
        pub const ALL: &[$crate::error::Code] = &[$($name),*];
    };
}
pub(crate) use codes;

codes! {
    /// No such page.
    NOT_FOUND = "request.not_found", 404, "There is nothing at this address";
    /// The address exists, the method does not.
    METHOD_NOT_ALLOWED = "request.method_not_allowed", 405, "The method is not allowed here";
    /// The body is not JSON.
    MALFORMED_JSON = "request.malformed_json", 400, "The body is not well-formed JSON";
    /// Arrays and objects nest deeper than allowed.
    JSON_TOO_DEEP = "request.json_too_deep", 400, "The JSON nests too deep";
    /// An object names a member twice.
    DUPLICATE_KEY = "request.duplicate_key", 400, "A JSON object names a member twice";
    /// A number has more digits or a larger exponent than a document may hold.
    NUMBER_OUT_OF_RANGE = "request.number_out_of_range", 400, "A number has too many digits or too large an exponent";
    /// The body could not be read to its end.
    MALFORMED_BODY = "request.malformed_body", 400, "The body could not be read";
    /// A member of the body, or a parameter, has a wrong type or value.
    INVALID_FIELD = "request.invalid_field", 400, "A field is not valid";
    /// A query parameter or path segment is wrong.
    INVALID_PARAMETER = "request.invalid_parameter", 400, "A parameter is not valid";
    /// A header is wrong.
    INVALID_HEADER = "request.invalid_header", 400, "A header is not valid";
    /// A paging cursor that was not issued for this list and tenant.
    INVALID_CURSOR = "request.invalid_cursor", 400, "The paging cursor is not valid";
    /// The body is larger than the route takes.
    BODY_TOO_LARGE = "request.body_too_large", 413, "The body is too large";
    /// The body has another media type.
    UNSUPPORTED_MEDIA_TYPE = "request.unsupported_media_type", 415, "The media type is not supported";
    /// The request took too long.
    TIMED_OUT = "request.timed_out", 503, "The request took too long";
    /// The key was used with another request.
    IDEMPOTENCY_MISMATCH = "idempotency.mismatch", 422, "The Idempotency-Key belongs to another request";
    /// The first request with the key is still running.
    IDEMPOTENCY_IN_FLIGHT = "idempotency.in_flight", 409, "A request with this Idempotency-Key is in flight";
    /// The tenant sends more than its rate.
    RATE_LIMITED = "limit.rate", 429, "Too many requests";
    /// The server has all the work that it can hold.
    OVERLOADED = "limit.overloaded", 503, "The server is busy";
    /// Something that we run on is not there yet.
    NOT_READY = "limit.not_ready", 503, "The service is not ready";
    /// A GraphQL document above a limit.
    GRAPHQL_TOO_COMPLEX = "graphql.too_complex", 400, "The GraphQL document is above a limit";
    /// The index did not reach the asked height in time.
    INDEX_BEHIND = "ledger.index_behind", 503, "The index is behind the ledger";
    /// The records' key was deleted: they exist and can no longer be read.
    ERASED = "ledger.erased", 410, "The record was erased";
    /// A failure of ours.
    INTERNAL = "internal.failure", 500, "The request failed on our side";
}
