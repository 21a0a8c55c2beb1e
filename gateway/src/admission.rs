//! Middleware around every request: trace context, time limit, concurrency limit, security headers and metrics.
//! Invariant: a panic or a timeout of a handler becomes a problem document (RFC 9457). Every response carries a
//! `traceparent`.

use crate::{
    error::{ApiError, code},
    state::Gateway,
    trace::{self, RequestContext},
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

/// Paths that are answered even when the concurrency limit is reached.
const ALWAYS: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// The outermost layer: opens the request's context, turns panics into problems and completes the response headers.
pub async fn observe(request: Request, next: Next) -> Response {
    let context = Arc::new(RequestContext::from_headers(request.headers()));
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let (method, begun) = (request.method().clone(), Instant::now());
    let work = async {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        answer.unwrap_or_else(|_| ApiError::internal(&"a handler panicked").into_response())
    };
    let mut response = trace::scope(Arc::clone(&context), work).await;
    let headers = response.headers_mut();
    secure(headers);
    if let Some(rate) = context.rate() {
        rate.write(headers);
    }
    if let Some(traceparent) = context.traceparent() {
        headers.insert(trace::TRACEPARENT, traceparent);
    }
    let elapsed = begun.elapsed();
    let status = response.status().as_u16();
    crate::metrics::record_request(&method, &route, status, elapsed);
    tracing::debug!(
        trace_id = context.trace_id(),
        tenant = context.tenant().map(tracing::field::display),
        %method,
        route,
        status,
        elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// Rejects requests above the concurrency limit and ends those that exceed the time limit.
pub async fn admit(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_room) = gateway.room.try_acquire() else {
        let detail = "The gateway is at its limit of concurrent requests; nothing was stored.";
        return ApiError::new(&code::OVERLOADED, detail).retry_after_s(1).into_response();
    };
    let answer = tokio::time::timeout(gateway.config.request_timeout, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let detail = "The request took longer than allowed; a write may still take effect, so look before repeating.";
        ApiError::new(&code::TIMED_OUT, detail).retry_after_s(1).into_response()
    })
}

/// Sets headers that restrict what a browser may do with a response (OWASP Secure Headers). Headers set by a handler
/// are kept.
fn secure(headers: &mut HeaderMap) {
    const DEFAULTS: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
