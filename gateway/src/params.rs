//! Query and path parameters. Invariant: a parameter that its type rejects is answered with a problem. Types of query
//! parameters reject unknown names (`deny_unknown_fields`).

mod read;

use crate::{
    entrance,
    error::{ApiError, code},
};
use axum::extract::{FromRequestParts, rejection::PathRejection};
use http::request::Parts;
use serde::{Deserialize, de::DeserializeOwned};

/// The query parameters of a request.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        read::read(parts.uri.query().unwrap_or_default()).map(Self).map_err(|fault| {
            ApiError::new(&code::INVALID_PARAMETER, "A query parameter is missing, unknown or not valid.").at(
                format!("/{}", entrance::escape(&fault.name)),
                code::INVALID_PARAMETER.name,
                fault.detail,
            )
        })
    }
}

/// The query parameters of a request that takes none. `Params<NoParams>` refuses all, so that a filter is never
/// ignored.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::Request, http::header, routing::get};
    use tower::ServiceExt as _;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        #[serde(rename = "limit")]
        _limit: Option<u16>,
    }

    #[tokio::test]
    async fn a_parameter_that_its_type_rejects_is_a_problem() {
        let handler = |_: PathParams<u16>, _: Params<Page>| async {};
        let router: Router = Router::new().route("/{number}", get(handler));
        for (uri, status) in
            [("/1?limit=2", 200), ("/x", 400), ("/%FF", 400), ("/65536", 400), ("/1?limit=x", 400), ("/1?other=1", 400)]
        {
            let request = Request::get(uri).body(Body::empty()).expect("a request");
            let answer = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            assert_eq!(answer.status().as_u16(), status, "{uri}");
            if status == 400 {
                assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json", "{uri}");
                let body = axum::body::to_bytes(answer.into_body(), 4_096).await.expect("a problem");
                let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
                assert_eq!(problem["code"], code::INVALID_PARAMETER.name, "{uri}");
            }
        }
    }
}
