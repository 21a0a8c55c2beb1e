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
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
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
    if is_plain_failure(&response) {
        let problem = problem_of(response.status());
        response = trace::enter(Arc::clone(&context), || problem.into_response());
    }
    let headers = response.headers_mut();
    secure(headers, gateway.config.issuer.starts_with("https:"));
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

/// Whether a response is a refusal of the framework, which is plain text: every failure of this API is a problem.
fn is_plain_failure(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_failure = response.status().is_client_error() || response.status().is_server_error();
    is_failure && kind.is_some_and(|kind| kind.starts_with("text/plain"))
}

/// The problem in place of a refusal of the framework.
fn problem_of(status: StatusCode) -> ApiError {
    let code = match status {
        StatusCode::NOT_FOUND => &code::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &code::METHOD_NOT_ALLOWED,
        StatusCode::PAYLOAD_TOO_LARGE => &code::BODY_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => &code::UNSUPPORTED_MEDIA_TYPE,
        status if status.is_server_error() => &code::INTERNAL,
        _ => &code::INVALID_PARAMETER,
    };
    ApiError::new(code, "A part of the request is not valid.")
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

/// Ends requests that exceed the time limit or outlast the process, and holds the room and the memory of an answer
/// until it is sent. The access of a handler takes the room (`crate::auth::access`), once it knows the caller.
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
pub(crate) fn secure(headers: &mut HeaderMap, is_https: bool) {
    const DEFAULTS: [(HeaderName, &str); 8] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        // A year (RFC 6797, section 6.1.1). Browsers ignore it on a connection that is not secure.
        let year = HeaderValue::from_static("max-age=31536000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
}
