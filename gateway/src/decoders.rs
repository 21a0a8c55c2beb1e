//! The decoders of headers, tokens and documents that have no public function of their own, so that tests with random
//! input reach them. Invariant: each function calls the code that serves requests, and returns its outcome, mostly as
//! a short text.

use crate::{
    auth::{
        self,
        authenticate::{Schemes, Sent, sent},
    },
    body,
    error::ApiError,
    freshness, graphql,
    idempotency::Idempotency,
    operation, slice,
    trace::RequestContext,
};
use async_graphql::Variables;
use axum::extract::FromRequestParts as _;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue};
use std::sync::LazyLock;

static SCHEMA: LazyLock<graphql::ApiSchema> = LazyLock::new(graphql::schema);

/// Reads, measures, validates and runs a GraphQL document without data: fields that read fail.
pub fn graphql(query: &str, variables: serde_json::Value) -> String {
    graphql::run_without_data(&SCHEMA, query, Variables::from_json(variables))
}

/// Parses `Waymark-Min-Height` on a chain of `shards` shards.
pub fn min_height(value: &HeaderValue, shards: u16) -> String {
    format!("{:?}", freshness::parse(value, shards).map(|pairs| pairs.len()))
}

/// Parses `Prefer`.
pub fn prefer(headers: &HeaderMap) -> String {
    format!("{:?}", operation::wait_of(headers).is_some())
}

/// Decodes a body in gzip of at most `bytes_max` bytes.
///
/// # Errors
/// The code of the problem.
pub fn gzip_body(coded: &[u8], bytes_max: usize) -> Result<Vec<u8>, &'static str> {
    body::decode_gzip(coded, bytes_max).map(Vec::from).map_err(|error| error.code().name)
}

/// Reads `Idempotency-Key`.
pub fn idempotency_key(headers: HeaderMap) -> String {
    let mut parts = http::Request::new(()).into_parts().0;
    parts.headers = headers;
    let read = Idempotency::from_request_parts(&mut parts, &()).now_or_never();
    read.map_or_else(|| "waits".to_owned(), outcome)
}

/// Checks the headers that standards define for a request that writes.
pub fn gs1_headers(headers: &HeaderMap) -> String {
    outcome(slice::check_headers(headers))
}

/// Parses the trace context of a request.
pub fn trace_context(headers: &HeaderMap) -> String {
    let context = RequestContext::from_headers(headers);
    assert_eq!(context.trace_id().len(), 32, "every request has a trace id");
    format!("{}", context.traceparent().is_some())
}

/// Reads the credentials of a request: the header of a token, or the client of HTTP Basic.
pub fn credentials(headers: &HeaderMap) -> String {
    match sent(headers, Schemes::BearerOrBasic) {
        Ok(Sent::Bearer(text)) => {
            format!("{:?}", auth::token::read_kid(text).map_err(|invalid| invalid.to_string()).is_ok())
        }
        Ok(Sent::Basic(encoded)) => format!("client {}", auth::basic::credential(encoded).is_some()),
        Err(error) => error.code().name.to_owned(),
    }
}

/// Reads the form and the header of a request for a token.
pub fn token_request(headers: &HeaderMap, form: &[u8]) -> String {
    auth::rest::parse_token_request(headers, form).err().map_or("ok", |(error, _)| error).to_owned()
}

fn outcome<T>(result: Result<T, ApiError>) -> String {
    result.err().map_or("ok", |error| error.code().name).to_owned()
}
