//! Query and path parameters. Invariant: a parameter that its type rejects is answered with a problem. Types of query
//! parameters reject unknown names (`deny_unknown_fields`).

use crate::error::{ApiError, code};
use axum::extract::{
    FromRequestParts,
    rejection::{PathRejection, QueryRejection},
};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The query parameters of a request.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query: Result<axum::extract::Query<T>, QueryRejection> = axum::extract::Query::try_from_uri(&parts.uri);
        query.map(|query| Self(query.0)).map_err(|rejection| {
            let detail = rejection.body_text();
            ApiError::new(&code::INVALID_PARAMETER, "A query parameter is unknown or not valid.").at(
                "",
                code::INVALID_PARAMETER.name,
                detail,
            )
        })
    }
}

/// The parameters in the path of a request.
#[derive(Clone, Debug)]
pub struct PathParams<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathParams<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path: Result<axum::extract::Path<T>, PathRejection> =
            axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|rejection| {
            ApiError::new(&code::INVALID_PARAMETER, "A segment of the path is not valid.").at(
                "",
                code::INVALID_PARAMETER.name,
                rejection.body_text(),
            )
        })
    }
}
