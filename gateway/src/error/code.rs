//! The problem codes of the API. Invariant: a code is defined in one table, [`ALL`] here or the `code.rs` of a module.
//! Every code is listed in openapi/reference.md and is never renamed.

/// A stable code with its status and title.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// The stable name, `<domain>.<what>`.
    pub name: &'static str,
    pub status: u16,
    /// The meaning in words.
    pub title: &'static str,
}

impl Code {
    /// Defines a code; use it in a `const`.
    pub const fn new(name: &'static str, status: u16, title: &'static str) -> Self {
        Self { name, status, title }
    }
}

/// Defines a table of codes: one constant per code, and `ALL`.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        $($(#[$meta])* pub const $name: $crate::error::Code = $crate::error::Code::new($code, $status, $title);)*

        /// Every code of this table, for the documentation and the test that compares it.
        pub const ALL: &[$crate::error::Code] = &[$($name),*];
    };
}
pub(crate) use codes;

codes! {
    /// No route has this path.
    NOT_FOUND = "request.not_found", 404, "There is nothing at this address";
    /// The path exists, but not with this method.
    METHOD_NOT_ALLOWED = "request.method_not_allowed", 405, "The method is not allowed here";
    /// The body is not JSON.
    MALFORMED_JSON = "request.malformed_json", 400, "The body is not well-formed JSON";
    /// Arrays and objects are nested deeper than allowed.
    JSON_TOO_DEEP = "request.json_too_deep", 400, "The JSON nests too deep";
    /// A JSON object contains a member name twice.
    DUPLICATE_KEY = "request.duplicate_key", 400, "A JSON object names a member twice";
    /// A number has more digits or a larger exponent than allowed.
    NUMBER_OUT_OF_RANGE = "request.number_out_of_range", 400, "A number has too many digits or too large an exponent";
    /// The body is not one XML document in UTF-8.
    MALFORMED_XML = "request.malformed_xml", 400, "The body is not well-formed XML";
    /// XML with a document type, an entity of its own or a processing instruction.
    XML_NOT_ALLOWED = "request.xml_not_allowed", 400, "The XML has a part that is not allowed";
    /// XML elements nest deeper than allowed.
    XML_TOO_DEEP = "request.xml_too_deep", 400, "The XML nests too deep";
    /// An XML document, or a part of it, is larger than allowed, in XML or in JSON.
    XML_TOO_LARGE = "request.xml_too_large", 413, "The XML is too large";
    /// The head of the request is not HTTP/1.1.
    MALFORMED_HEAD = "request.malformed_head", 400, "The head of the request is not well-formed";
    /// The head of the request is larger than allowed.
    HEAD_TOO_LARGE = "request.head_too_large", 431, "The head of the request is too large";
    /// The `Host` header names another service.
    WRONG_HOST = "request.wrong_host", 421, "The request is for another host";
    /// A page of another origin sent a request that changes something.
    WRONG_ORIGIN = "request.wrong_origin", 403, "Pages of this origin may not call this service";
    /// The body could not be read to its end.
    MALFORMED_BODY = "request.malformed_body", 400, "The body could not be read";
    /// The body is not the gzip file that its `Content-Encoding` promises.
    MALFORMED_GZIP = "request.malformed_gzip", 400, "The body is not well-formed gzip";
    /// A member of the body, or a parameter, has a wrong type or value.
    INVALID_FIELD = "request.invalid_field", 400, "A field is not valid";
    /// A query parameter or path segment is invalid.
    INVALID_PARAMETER = "request.invalid_parameter", 400, "A parameter is not valid";
    /// A header is invalid.
    INVALID_HEADER = "request.invalid_header", 400, "A header is not valid";
    /// The paging cursor was not issued for this list and tenant.
    INVALID_CURSOR = "request.invalid_cursor", 400, "The paging cursor is not valid";
    /// The body is larger than the route allows.
    BODY_TOO_LARGE = "request.body_too_large", 413, "The body is too large";
    /// The body arrives too slowly.
    BODY_TOO_SLOW = "request.body_too_slow", 408, "The body arrives too slowly";
    /// The media type of the body is not supported.
    UNSUPPORTED_MEDIA_TYPE = "request.unsupported_media_type", 415, "The media type is not supported";
    /// The request exceeded its time limit.
    TIMED_OUT = "request.timed_out", 503, "The request took too long";
    /// The key was used with a different request.
    IDEMPOTENCY_MISMATCH = "idempotency.mismatch", 422, "The Idempotency-Key belongs to another request";
    /// The first request with the key is still running.
    IDEMPOTENCY_IN_FLIGHT = "idempotency.in_flight", 409, "A request with this Idempotency-Key is in flight";
    /// The tenant exceeds its rate limit.
    RATE_LIMITED = "limit.rate", 429, "Too many requests";
    /// The caller uses its whole share of what all tenants divide.
    SHARE_USED = "limit.share", 429, "Too many requests at once";
    /// The server is at its limit of concurrent work.
    OVERLOADED = "limit.overloaded", 503, "The server is busy";
    /// The process is stopping.
    STOPPING = "limit.stopping", 503, "The service is stopping";
    /// The database is down, recovers, or has no room.
    UNAVAILABLE = "database.unavailable", 503, "The database is not available";
    /// A disk of the ledger or of the database has no space for another write.
    STORAGE_FULL = "storage.full", 503, "The storage is full";
    /// A dependency of the gateway is not ready.
    NOT_READY = "limit.not_ready", 503, "The service is not ready";
    /// A GraphQL document exceeds a limit.
    GRAPHQL_TOO_COMPLEX = "graphql.too_complex", 400, "The GraphQL document is above a limit";
    /// A GraphQL document is not well-formed, or breaks a rule of the language or of the schema.
    GRAPHQL_INVALID = "graphql.invalid", 400, "The GraphQL document is not valid";
    /// The index did not reach the requested height in time.
    INDEX_BEHIND = "ledger.index_behind", 503, "The index is behind the ledger";
    /// The key of the records was deleted: they exist but can no longer be read.
    ERASED = "ledger.erased", 410, "The record was erased";
    /// An internal failure.
    INTERNAL = "internal.failure", 500, "The request failed on our side";
}
