//! Converts faults of documents and queries into responses. Invariant: every fault is listed with its pointer.

use super::code;
use crate::error::{ApiError, Code, FieldProblem, code as common};
use standards_epcis::problem::{Problem, code as fault};

/// The response to an invalid document. `problems` is never empty.
pub(super) fn invalid_document(problems: Vec<Problem>) -> ApiError {
    refused(problems.first().map(|problem| problem.code), problems.into_iter().map(field))
}

/// The response to an invalid document with these faults, the first of which has a code.
pub(super) fn refused(first: Option<&str>, fields: impl IntoIterator<Item = FieldProblem>) -> ApiError {
    let (code, detail): (&'static Code, &'static str) = match first {
        Some(fault::MALFORMED_JSON) => (&common::MALFORMED_JSON, "Send one JSON document. Nothing was stored."),
        Some(fault::JSON_TOO_DEEP) => (&common::JSON_TOO_DEEP, "Nothing was stored."),
        Some(fault::DUPLICATE_KEY) => {
            (&common::DUPLICATE_KEY, "A repeated member makes the document ambiguous. Nothing was stored.")
        }
        Some(fault::NUMBER_OUT_OF_RANGE) => {
            (&common::NUMBER_OUT_OF_RANGE, "Numbers are stored exactly and have limits. Nothing was stored.")
        }
        Some(fault::MALFORMED_XML) => (&common::MALFORMED_XML, "Send one XML 1.0 document. Nothing was stored."),
        Some(fault::XML_NOT_ALLOWED) => {
            (&common::XML_NOT_ALLOWED, "Send XML without document types and entities. Nothing was stored.")
        }
        Some(fault::XML_TOO_DEEP) => (&common::XML_TOO_DEEP, "Nothing was stored."),
        Some(fault::XML_TOO_LARGE) => (&common::XML_TOO_LARGE, "Split the document. Nothing was stored."),
        Some(fault::TOO_MANY_EVENTS) => (&code::TOO_MANY_EVENTS, "Split the document. Nothing was stored."),
        _ => (&code::INVALID_DOCUMENT, "Nothing was stored. Correct every fault listed under `errors`."),
    };
    ApiError::new(code, detail).with_fields(fields)
}

/// The response to an invalid query.
pub(super) fn invalid_query(problems: Vec<Problem>) -> ApiError {
    let is_too_complex = problems.iter().any(|problem| problem.code == fault::QUERY_TOO_COMPLEX);
    let code = match problems.first().map(|problem| problem.code) {
        _ if is_too_complex => &code::QUERY_TOO_COMPLEX,
        Some(fault::MALFORMED_JSON) => &common::MALFORMED_JSON,
        Some(fault::JSON_TOO_DEEP) => &common::JSON_TOO_DEEP,
        Some(fault::DUPLICATE_KEY) => &common::DUPLICATE_KEY,
        Some(fault::NUMBER_OUT_OF_RANGE) => &common::NUMBER_OUT_OF_RANGE,
        _ => &code::INVALID_QUERY,
    };
    let detail = "Correct every fault listed under `errors`. An unknown parameter is refused, not ignored.";
    ApiError::new(code, detail).with_fields(problems.into_iter().map(field))
}

/// The response to the id of an event that the tenant does not have.
pub(super) fn unknown_event() -> ApiError {
    let detail = "There is no event with this id. In a path, percent-encode each character of it but letters, digits and \
                  -._~, so that ? is %3F.";
    ApiError::new(&code::UNKNOWN_EVENT, detail)
}

pub(super) fn field(problem: Problem) -> FieldProblem {
    FieldProblem { pointer: problem.pointer, code: problem.code.to_owned(), detail: problem.detail }
}
