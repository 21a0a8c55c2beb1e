//! The wire format of an error. Invariant: a problem has exactly the members of RFC 9457 plus `code`, `errors` and
//! `trace_id`.

use super::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// The media type of problems (RFC 9457, section 3).
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document, `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// A URI reference that identifies the problem type: `/problems/<code>`, or one that a standard defines.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code, `<domain>.<what>`. Programs should decide by it.
    pub code: String,
    /// A short summary of the code, the same for every occurrence.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// An explanation of this occurrence.
    pub detail: String,
    /// The faults found in the request; may be empty.
    pub errors: Vec<FieldProblem>,
    /// The W3C trace id of the request, 32 hexadecimal digits. Quote it when you ask for support.
    pub trace_id: String,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// An RFC 6901 pointer into the request's body, or `/name` for a parameter. In a body of XML it is the path of an
    /// element, such as `/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent[2]/bizStep`.
    pub pointer: String,
    /// The stable code of this fault.
    pub code: String,
    /// An explanation of the fault.
    pub detail: String,
}

impl Problem {
    /// A documented response with a problem as its body.
    pub(crate) fn response(description: impl Into<String>) -> RefOr<Response> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build().into()
    }
}

/// The documented responses of an operation that may fail with these codes, by status.
pub fn problem_responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status.to_string()).or_default().push(format!("`{}`", code.name));
    }
    by_status.into_iter().map(|(status, codes)| (status, Problem::response(codes.join(", ")))).collect()
}

/// Defines `Problems`, to be listed among the responses of an operation: one response per status of these codes.
macro_rules! problems {
    ($($code:path),+ $(,)?) => {
        pub(super) enum Problems {}

        impl utoipa::IntoResponses for Problems {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::error::problem_responses(&[$($code),+])
            }
        }
    };
}
pub(crate) use problems;
