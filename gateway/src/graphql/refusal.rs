//! The refusal of a document. Invariant: each carries a stable code, and the position in the document where that is
//! known.

use crate::error::{ApiError, Code, code};
use async_graphql::{Pos, Response, ServerError, Value};

/// Why a document does not run.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// The document as a text is above a limit: a problem with status 400.
    Problem(ApiError),
    /// The document is not valid, or asks for too much: an answer with errors (GraphQL, section 7.1.2).
    Errors(Vec<ServerError>),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Problem(error)
    }
}

impl From<ServerError> for Refusal {
    fn from(error: ServerError) -> Self {
        Self::Errors(vec![error])
    }
}

impl Refusal {
    /// The code, for tests.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Problem(error) => error.code().name.to_owned(),
            Self::Errors(errors) => {
                let code = errors.iter().find_map(|error| error.extensions.as_ref()?.get("code"));
                code.map(ToString::to_string).unwrap_or_default()
            }
        }
    }

    /// The response to the request.
    ///
    /// # Errors
    /// The problem, if it is one.
    pub(super) fn into_response(self) -> Result<Response, ApiError> {
        match self {
            Self::Problem(error) => Err(error),
            Self::Errors(errors) => Ok(Response::from_errors(errors)),
        }
    }
}

/// The error of an answer that is a problem.
pub(super) fn server_error(error: ApiError) -> ServerError {
    let mut error = async_graphql::Error::from(error).into_server_error(Pos::default());
    // It has no place in the document.
    error.locations.clear();
    error
}

/// The problem of a document that has more of something than allowed.
pub(super) fn too_complex(what: &str, value: u64, max: u64, at: Option<Pos>) -> ApiError {
    let place = at.map(|at| format!(", counted up to line {}, column {}", at.line, at.column)).unwrap_or_default();
    let detail = format!("The document has {value} {what}{place}; at most {max} are allowed.");
    ApiError::new(&code::GRAPHQL_TOO_COMPLEX, detail).at("/query", code::GRAPHQL_TOO_COMPLEX.name, "above a limit")
}

/// The error of a field that has more of something than allowed.
pub(super) fn too_many(what: &str, value: usize, max: usize, at: Pos) -> ServerError {
    coded(&code::GRAPHQL_TOO_COMPLEX, format!("The field has {value} {what}; at most {max}."), at)
}

/// The error of an operation that asks for too much.
pub(super) fn too_much(what: &str, value: u64, max: u64, at: Pos) -> ServerError {
    coded(&code::GRAPHQL_TOO_COMPLEX, format!("The operation has a {what} of {value}; at most {max}."), at)
}

/// The error of a document that breaks a rule of the language.
pub(super) fn invalid(detail: impl Into<String>, at: Pos) -> ServerError {
    coded(&code::GRAPHQL_INVALID, detail, at)
}

fn coded(code: &Code, detail: impl Into<String>, at: Pos) -> ServerError {
    let mut error = ServerError::new(detail, Some(at));
    error.extensions.get_or_insert_default().set("code", Value::from(code.name));
    error
}
