//! Query parameters. Invariant: a parameter that is unknown or of a wrong type is answered with a problem that names
//! it, never ignored.

use crate::error::{ApiError, code};
use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
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
