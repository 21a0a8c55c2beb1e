//! The error type of the API: an RFC 9457 problem with a stable code. Invariant: a code has one status and one title
//! everywhere. Internal causes are logged and never sent.

pub mod code;
mod database;
mod problem;

pub use code::Code;
pub use problem::{FieldProblem, Problem, problem_responses};

pub(crate) use code::codes;
pub(crate) use problem::problems;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::{borrow::Cow, fmt};

/// The maximum number of faults that one problem reports.
pub const FAULTS_MAX: usize = 100;
/// The maximum length of the explanation of one fault, in characters; a longer one is cut.
pub const FAULT_DETAIL_CHARS_MAX: usize = 500;

/// An error response, built from a [`Code`]. It converts into an HTTP response and into a GraphQL error with the same
/// code. It is deliberately not a `std::error::Error`: it is a response, not a cause.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: &'static Code,
    kind: Option<&'static str>,
    detail: Cow<'static, str>,
    fields: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// Creates an error from a code and a detail, which tells people what happened and what to do next.
    pub fn new(code: &'static Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, kind: None, detail: detail.into(), fields: Vec::new(), headers: Vec::new() }
    }

    /// An internal failure. The cause is logged under the request's trace id and is not part of the response.
    pub fn internal(cause: &(dyn fmt::Display + '_)) -> Self {
        tracing::error!(trace_id = crate::trace::id().as_deref(), %cause, "request failed");
        Self::new(
            &code::INTERNAL,
            "The request failed on our side. A write may have taken effect, so look before repeating it. Quote the trace id to support.",
        )
    }

    /// Adds one fault of the request: an RFC 6901 pointer into its body (or `/name` for a parameter), a stable code and
    /// an explanation. Faults beyond [`FAULTS_MAX`] are left out.
    #[must_use]
    pub fn at(self, pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        self.with_fields([FieldProblem { pointer: pointer.into(), code: code.into(), detail: detail.into() }])
    }

    /// Adds several faults of the request. Faults beyond [`FAULTS_MAX`] are left out.
    #[must_use]
    pub fn with_fields(mut self, fields: impl IntoIterator<Item = FieldProblem>) -> Self {
        let room = FAULTS_MAX.saturating_sub(self.fields.len());
        self.fields.extend(fields.into_iter().take(room).map(|mut field| {
            if let Some((end, _)) = field.detail.char_indices().nth(FAULT_DETAIL_CHARS_MAX) {
                field.detail.truncate(end);
                field.detail.push('…');
            }
            field
        }));
        self
    }

    /// Replaces the problem's `type` (`/problems/<code>`) with one that a standard defines, such as
    /// `epcisException:ValidationException` (EPCIS 2.0, section 12).
    #[must_use]
    pub fn with_type(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Replaces the detail with one that knows more of the request.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Adds a response header, such as `WWW-Authenticate` (RFC 9110, section 11.6.1).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds `Retry-After` in seconds (RFC 9110, section 10.2.3).
    #[must_use]
    pub fn retry_after_s(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The stable code, such as `auth.insufficient_scope`.
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The explanation of this occurrence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The response body as JSON.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.problem()).unwrap_or_default()
    }

    /// The response body, with the current request's trace id.
    pub fn problem(&self) -> Problem {
        Problem {
            kind: self.kind.map_or_else(|| format!("/problems/{}", self.code.name), str::to_owned),
            code: self.code.name.to_owned(),
            title: self.code.title.to_owned(),
            status: self.code.status,
            detail: self.detail.clone().into_owned(),
            errors: self.fields.clone(),
            trace_id: crate::trace::id().unwrap_or_default(),
        }
    }
}

/// An [`ApiError`] outside of a request, such as during startup, as a `std::error::Error`.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .0.code().name, .0.detail())]
pub struct Failure(pub ApiError);

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

/// Keeps the error in the response's extensions, so that a layer can replace its problem type with that of a standard.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_json()).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
        response.headers_mut().extend(self.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}

/// Turns the error with the code `absent` into `None`, because GraphQL shows a missing object as null.
///
/// # Errors
/// Any other error.
pub fn absent_as_null<T>(found: Result<T, ApiError>, absent: &Code) -> Result<Option<T>, ApiError> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code == absent => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        let mut graphql = Self::new(error.detail.clone());
        let mut extensions = async_graphql::ErrorExtensionValues::default();
        extensions.set("code", error.code.name);
        if let Ok(fields) = async_graphql::to_value(&error.fields) {
            extensions.set("errors", fields);
        }
        extensions.set("trace_id", crate::trace::id().unwrap_or_default());
        graphql.extensions = Some(extensions);
        graphql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_problem_carries_code_pointer_and_headers() {
        let error = ApiError::new(&code::INVALID_FIELD, "one field is wrong")
            .at("/name", "request.invalid_field", "too long")
            .retry_after_s(3);
        let response = error.into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
        let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("a problem fits");
        let problem: serde_json::Value = serde_json::from_slice(&body).expect("a problem is JSON");
        assert_eq!(problem["type"], "/problems/request.invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/name");
        assert_eq!(problem["status"], 400);
    }

    #[test]
    fn faults_and_their_explanations_are_bounded() {
        let error = |count: usize| {
            (0..count).fold(ApiError::new(&code::INVALID_FIELD, "bad"), |error, index| {
                error.at(format!("/{index}"), code::INVALID_FIELD.name, "wrong")
            })
        };
        assert_eq!(error(FAULTS_MAX).problem().errors.len(), FAULTS_MAX);
        assert_eq!(error(FAULTS_MAX + 1).problem().errors.len(), FAULTS_MAX);
        let longest = "ü".repeat(FAULT_DETAIL_CHARS_MAX);
        let detail =
            |text: String| ApiError::new(&code::INVALID_FIELD, "bad").at("", "", text).fields[0].detail.clone();
        assert_eq!(detail(longest.clone()), longest);
        assert_eq!(detail(format!("{longest}üü")), format!("{longest}…"));
    }

    #[test]
    fn an_internal_cause_is_not_sent() {
        let problem = ApiError::internal(&"password=hunter2").problem();
        assert!(!serde_json::to_string(&problem).expect("serializes").contains("hunter2"));
    }

    #[test]
    fn a_failure_of_the_database_promises_nothing() {
        for error in [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed, std::io::Error::other("reset").into()] {
            let error = ApiError::from(error);
            assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(!error.detail().contains("nothing was stored"), "{}", error.detail());
        }
        assert!(!ApiError::internal(&"broken").detail().contains("nothing was stored"));
    }

    #[test]
    fn graphql_shows_the_same_code() {
        let error = async_graphql::Error::from(ApiError::new(&code::NOT_FOUND, "no"));
        let extensions = error.extensions.expect("set above");
        assert_eq!(extensions.get("code"), Some(&async_graphql::Value::from("request.not_found")));
    }
}
