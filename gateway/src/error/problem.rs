//! The wire form of an error. Invariant: exactly RFC 9457 plus `code`, `errors` and `trace_id`.

use serde::{Deserialize, Serialize};

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
