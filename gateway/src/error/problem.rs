//! The wire form of an error. Invariant: exactly RFC 9457 plus `code`, `errors` and `trace_id`.

use super::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// RFC 9457, section 3.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem: `/problems/<code>`, or one that a standard fixes.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code, `<domain>.<what>`; programs decide by it.
    pub code: String,
    /// The code in words; the same for every occurrence.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The faults of the request, when it has some.
    pub errors: Vec<FieldProblem>,
    /// The request's W3C trace id, 32 hexadecimal digits; quote it to support.
    pub trace_id: String,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// An RFC 6901 pointer into the request's body, or `/name` of a parameter.
    pub pointer: String,
    /// The stable code of this fault.
    pub code: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// The documented answer with a problem as its body.
    pub(crate) fn response(description: impl Into<String>) -> RefOr<Response> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build().into()
    }
}

/// The documented answers of an operation that may fail with these codes, by status.
pub fn problem_responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status.to_string()).or_default().push(format!("`{}`", code.name));
    }
    by_status.into_iter().map(|(status, codes)| (status, Problem::response(codes.join(", ")))).collect()
}

/// Defines `Problems`, to be named among the responses of an operation: one answer for each status of these codes.
macro_rules! problems {
    ($($code:path),+ $(,)?) => {
        enum Problems {}

        impl utoipa::IntoResponses for Problems {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::error::problem_responses(&[$($code),+])
            }
        }
    };
}
pub(crate) use problems;
