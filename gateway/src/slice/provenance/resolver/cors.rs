//! A layer that lets pages of every origin ask the resolver (Fetch, section 3.2; GS1-Conformant Resolver 1.2, section
//! 2.2). Invariant: it changes answers of the resolver alone, which are the same for everybody.

use super::PATH;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

/// The host's description of its resolvers.
const DESCRIPTION_PATH: &str = "/.well-known/gs1resolver";

const METHODS: &str = "GET, HEAD, OPTIONS";

/// The headers of every answer.
const HEADERS: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Link, Location, Retry-After"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

/// The headers of an answer to `OPTIONS`. A day passes before a browser asks again.
const PREFLIGHT: [(HeaderName, &str); 4] = [
    (header::ALLOW, METHODS),
    (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Accept-Language"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Whether a path belongs to the resolver.
fn is_resolver(path: &str) -> bool {
    path == DESCRIPTION_PATH || path.strip_prefix(PATH).is_some_and(|rest| rest.starts_with('/'))
}

/// Answers `OPTIONS`, and adds the headers to the other answers of the resolver.
pub(crate) async fn share(request: Request, next: Next) -> Response {
    if !is_resolver(request.uri().path()) {
        return next.run(request).await;
    }
    let mut response = if request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        insert(response.headers_mut(), PREFLIGHT);
        response
    } else {
        next.run(request).await
    };
    insert(response.headers_mut(), HEADERS);
    response
}

fn insert<const N: usize>(headers: &mut HeaderMap, values: [(HeaderName, &'static str); N]) {
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
