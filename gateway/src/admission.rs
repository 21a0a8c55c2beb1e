//! Middleware around every request: trace context, time limit, security headers and metrics.
//! Invariant: a panic or a timeout of a handler becomes a problem document (RFC 9457). Every response carries a
//! `traceparent`.

use crate::{
    budget::{self, RequestBudget},
    client_address::{ClientAddress, PeerAddress},
    error::{ApiError, code},
    serve::{HEADER_BYTES_MAX, Stopping},
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

/// The outermost layer: opens the request's context, turns panics into problems and completes the response headers.
pub async fn observe(State(gateway): State<Arc<Gateway>>, mut request: Request, next: Next) -> Response {
    if let Some(peer) = request.extensions().get::<PeerAddress>().copied() {
        let client = ClientAddress::behind(peer, request.headers(), &gateway.config.trusted_proxies);
        request.extensions_mut().insert(client);
    }
    let address = ClientAddress::of(request.extensions());
    let budget = RequestBudget::new(Arc::clone(&gateway.budgets), address);
    let context = Arc::new(RequestContext::from_headers(request.headers()).with_budget(budget));
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let (method, begun) = (request.method().clone(), Instant::now());
    let work = async {
        if head_bytes(&request) > HEADER_BYTES_MAX {
            let detail = format!("The head of a request has at most {HEADER_BYTES_MAX} bytes.");
            return ApiError::new(&code::HEAD_TOO_LARGE, detail).into_response();
        }
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

/// The size of a request's head as it is written without superfluous spaces (RFC 9112, section 2.1), in bytes.
fn head_bytes(request: &Request) -> usize {
    const LINE: usize = " HTTP/1.1\r\n".len();
    let uri = request.uri();
    let path = uri.path_and_query().map_or(1, |path| path.as_str().len());
    let authority = uri.authority().map_or(0, |authority| "http://".len() + authority.as_str().len());
    let line = request.method().as_str().len() + 1 + authority + path + LINE;
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + headers.sum::<usize>() + "\r\n".len()
}

/// Ends requests that exceed the time limit or outlast the process, and holds the room and the memory of an answer until
/// it is sent. The access of a handler takes the room (`crate::auth::access`), once it knows the caller.
pub async fn admit(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let stopping = Stopping::of(request.extensions());
    let answer = tokio::select! {
        biased;
        answer = next.run(request) => answer,
        () = tokio::time::sleep(gateway.config.request_timeout) => {
            let detail = "The request took longer than allowed; a write may still take effect, so look before repeating.";
            return ApiError::new(&code::TIMED_OUT, detail).retry_after_s(1).into_response();
        }
        () = stopping.grace_over() => {
            let detail = "The service stops; a write may still take effect, so look before repeating.";
            return ApiError::new(&code::STOPPING, detail).retry_after_s(1).into_response();
        }
    };
    budget::hold(answer).await.unwrap_or_else(ApiError::into_response)
}

/// Sets headers that restrict what a browser may do with a response (OWASP Secure Headers). Headers set by a handler
/// are kept.
pub(crate) fn secure(headers: &mut HeaderMap) {
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
