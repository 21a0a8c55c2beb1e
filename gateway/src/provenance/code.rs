//! The codes of this slice, besides those of single faults (`standards_epcis::problem::code`), and the exception types
//! that the EPCIS 2.0 REST binding fixes for them.

use crate::error::{ApiError, Code};

/// The document or event is not valid; `errors` lists every fault.
pub const INVALID_DOCUMENT: Code = Code::new("provenance.invalid_document", 400, "The EPCIS document is not valid");
/// The query is not valid; `errors` lists every fault.
pub const INVALID_QUERY: Code = Code::new("provenance.invalid_query", 400, "The EPCIS query is not valid");
/// Arrays and objects nest deeper than allowed.
pub const JSON_TOO_DEEP: Code = Code::new("request.json_too_deep", 400, "The JSON nests too deep");
/// An object names a member twice.
pub const DUPLICATE_KEY: Code = Code::new("request.duplicate_key", 400, "A JSON object names a member twice");
/// A number has more digits or a larger exponent than a document may hold.
pub const NUMBER_OUT_OF_RANGE: Code =
    Code::new("request.number_out_of_range", 400, "A number has too many digits or too large an exponent");
/// The document has more events than one capture takes.
pub const TOO_MANY_EVENTS: Code = Code::new("provenance.too_many_events", 413, "The document has too many events");
/// The document's events together are larger than one transaction of the ledger.
pub const DOCUMENT_TOO_LARGE: Code =
    Code::new("provenance.document_too_large", 413, "The document is too large for one transaction");
/// An event of this id is on record.
pub const EVENT_EXISTS: Code = Code::new("provenance.event_exists", 409, "An event with this id exists");
/// The ledger did not accept the event.
pub const EVENT_REJECTED: Code = Code::new("provenance.event_rejected", 422, "The ledger rejected the event");
/// The ledger did not take the event in time.
pub const EVENT_EXPIRED: Code = Code::new("provenance.event_expired", 503, "The ledger did not take the event in time");
/// No event of this id in the caller's tenant.
pub const UNKNOWN_EVENT: Code = Code::new("provenance.unknown_event", 404, "There is no such event");
/// No capture job of this id in the caller's tenant.
pub const UNKNOWN_CAPTURE: Code = Code::new("provenance.unknown_capture", 404, "There is no such capture job");
/// The query finds more events than its `maxEventCount`.
pub const QUERY_TOO_LARGE: Code = Code::new("provenance.query_too_large", 413, "The query finds too many events");
/// A stream has more records than one bundle opens.
pub const STREAM_TOO_LONG: Code = Code::new("provenance.stream_too_long", 422, "The stream is too long for one bundle");
/// A field to disclose is not in the document.
pub const UNKNOWN_FIELD: Code = Code::new("provenance.unknown_disclosure", 400, "There is no such field to disclose");
/// A version or format that this repository does not speak.
pub const NOT_ACCEPTABLE: Code =
    Code::new("provenance.not_acceptable", 406, "The asked version or format is not spoken");

/// Every code of this slice, for the documentation and its test.
pub const ALL: &[Code] = &[
    INVALID_DOCUMENT,
    INVALID_QUERY,
    JSON_TOO_DEEP,
    DUPLICATE_KEY,
    NUMBER_OUT_OF_RANGE,
    TOO_MANY_EVENTS,
    DOCUMENT_TOO_LARGE,
    EVENT_EXISTS,
    EVENT_REJECTED,
    EVENT_EXPIRED,
    UNKNOWN_EVENT,
    UNKNOWN_CAPTURE,
    QUERY_TOO_LARGE,
    STREAM_TOO_LONG,
    UNKNOWN_FIELD,
    NOT_ACCEPTABLE,
];

/// Gives an error of an `/epcis` endpoint the `type` that the EPCIS 2.0 REST binding fixes for it (section 12).
pub fn with_exception_type(error: ApiError) -> ApiError {
    let exception = match error.code() {
        "provenance.invalid_query" | "request.invalid_cursor" => "epcisException:QueryParameterException",
        "provenance.unknown_event" | "provenance.unknown_capture" => "epcisException:NoSuchResourceException",
        "provenance.event_exists" => "epcisException:ResourceAlreadyExistsException",
        "provenance.too_many_events" | "provenance.document_too_large" | "request.body_too_large" => {
            "epcisException:CaptureLimitExceededException"
        }
        "provenance.query_too_large" => "epcisException:QueryTooLargeException",
        "provenance.not_acceptable" => "epcisException:NotAcceptableException",
        "request.unsupported_media_type" => "epcisException:UnsupportedMediaTypeException",
        _ => match error.status().as_u16() {
            401 | 403 => "epcisException:SecurityException",
            400 | 422 => "epcisException:ValidationException",
            status if status >= 500 => "epcisException:ImplementationException",
            _ => return error,
        },
    };
    error.with_type(exception)
}
