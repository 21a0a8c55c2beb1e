//! Assembles the HTTP router from all routes and layers. Invariant: routes are defined elsewhere. All routes are
//! wrapped in the same layers.

use crate::{
    admission, body, console, entrance,
    error::{ApiError, code},
    graphql, health, host, openapi, slice,
    state::Gateway,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use http::{HeaderName, HeaderValue, Method};
use std::sync::Arc;
use tower_http::cors::CorsLayer;
use utoipa_axum::router::OpenApiRouter;

/// The request headers that pages of other origins may send: all that the API reads.
const REQUEST_HEADERS: [&str; 19] = [
    "authorization",
    "content-encoding",
    "content-type",
    "gs1-capture-error-behaviour",
    "gs1-cbv-max",
    "gs1-cbv-min",
    "gs1-cbv-version",
    "gs1-cbv-xml-format",
    "gs1-epc-format",
    "gs1-epcis-max",
    "gs1-epcis-min",
    "gs1-epcis-version",
    "gs1-extensions",
    "idempotency-key",
    "if-none-match",
    "last-event-id",
    "prefer",
    "traceparent",
    "waymark-min-height",
];
/// The response headers that pages of other origins may read: all that the API sets for clients.
const RESPONSE_HEADERS: [&str; 25] = [
    "accept-encoding",
    "allow",
    "etag",
    "gs1-capture-error-behaviour",
    "gs1-cbv-max",
    "gs1-cbv-min",
    "gs1-cbv-version",
    "gs1-cbv-xml-format",
    "gs1-epc-format",
    "gs1-epcis-capture-file-size-limit",
    "gs1-epcis-capture-limit",
    "gs1-epcis-max",
    "gs1-epcis-min",
    "gs1-epcis-version",
    "gs1-extensions",
    "gs1-vendor-version",
    "idempotency-replayed",
    "link",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "traceparent",
    "waymark-examined",
    "waymark-height",
];

/// All documented routes, without state.
pub fn documented() -> OpenApiRouter<Arc<Gateway>> {
    slice::routes().merge(graphql::router()).merge(health::router()).merge(openapi::router())
}

/// Builds the whole HTTP service.
pub fn build(gateway: Arc<Gateway>) -> Router {
    crate::metrics::install();
    let (router, _) = documented().split_for_parts();
    let router = router
        .fallback(console::fallback)
        .method_not_allowed_fallback(method_not_allowed)
        // A fallback limit: the crate's own extractors have smaller limits.
        .layer(DefaultBodyLimit::max(body::JSON_BODY_BYTES_MAX))
        .layer(from_fn(entrance::check))
        .layer(from_fn_with_state(Arc::clone(&gateway), admission::admit))
        .layer(from_fn_with_state(Arc::clone(&gateway), host::check));
    // Around all of the above, so that each of their errors has the form that a domain's standard requires.
    let mut router = slice::surround(router);
    if !gateway.config.cors_origins.is_empty() {
        router = router.layer(cors(&gateway.config.cors_origins));
    }
    let router = slice::share(router);
    let router = router.layer(from_fn(body::read_away));
    router.layer(from_fn_with_state(Arc::clone(&gateway), admission::observe)).with_state(gateway)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(&code::METHOD_NOT_ALLOWED, "The `Allow` header names the methods of this address.")
}

/// Allows the configured origins to call with a bearer token. Cookies are never used.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(REQUEST_HEADERS.map(HeaderName::from_static))
        .expose_headers(RESPONSE_HEADERS.map(HeaderName::from_static))
}
