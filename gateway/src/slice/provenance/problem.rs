//! Faults of documents and queries as answers.

use super::code;
use crate::error::{ApiError, Code, FieldProblem, code as door};
use standards_epcis::problem::{Problem, code as fault};

/// The answer to a document that was refused. `problems` is never empty.
pub(super) fn invalid_document(problems: Vec<Problem>) -> ApiError {
    let (code, detail): (&'static Code, &'static str) = match problems.first().map(|problem| problem.code) {
        Some(fault::MALFORMED_JSON) => (&door::MALFORMED_JSON, "Send one JSON document. Nothing was stored."),
        Some(fault::JSON_TOO_DEEP) => (&door::JSON_TOO_DEEP, "Nothing was stored."),
        Some(fault::DUPLICATE_KEY) => {
            (&door::DUPLICATE_KEY, "Two readers could see two documents, so nothing was stored.")
        }
        Some(fault::NUMBER_OUT_OF_RANGE) => {
            (&door::NUMBER_OUT_OF_RANGE, "No digit of a number is ever dropped, so nothing was stored.")
        }
        Some(fault::TOO_MANY_EVENTS) => (&code::TOO_MANY_EVENTS, "Split the document. Nothing was stored."),
        _ => (&code::INVALID_DOCUMENT, "Nothing was stored. Correct every fault listed under `errors`."),
    };
    ApiError::new(code, detail).with_fields(problems.into_iter().map(field))
}

/// The answer to a query that was refused.
pub(super) fn invalid_query(problems: Vec<Problem>) -> ApiError {
    let code = match problems.first().map(|problem| problem.code) {
        Some(fault::MALFORMED_JSON) => &door::MALFORMED_JSON,
        Some(fault::JSON_TOO_DEEP) => &door::JSON_TOO_DEEP,
        Some(fault::DUPLICATE_KEY) => &door::DUPLICATE_KEY,
        Some(fault::NUMBER_OUT_OF_RANGE) => &door::NUMBER_OUT_OF_RANGE,
        _ => &code::INVALID_QUERY,
    };
    let detail = "A parameter that is not understood is refused, so that no answer is wider than the question.";
    ApiError::new(code, detail).with_fields(problems.into_iter().map(field))
}

fn field(problem: Problem) -> FieldProblem {
    FieldProblem { pointer: problem.pointer, code: problem.code.to_owned(), detail: problem.detail }
}
