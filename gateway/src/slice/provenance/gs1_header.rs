//! Middleware for the GS1 headers, the media types and the exception types of responses below `/epcis`. Invariant: each
//! response states the supported versions and formats. A request for others is refused before it has an effect. Each
//! problem has an exception as its type.

mod media;
mod version;

use super::{code, command::CAPTURE_BYTES_MAX, exception, extension::EXTENSIONS};
use crate::error::ApiError;
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use chain_types::Mode;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use standards_epcis::limit::EVENTS_PER_DOCUMENT_MAX;
use std::panic::AssertUnwindSafe;

const EPCIS_VERSION: HeaderName = HeaderName::from_static("gs1-epcis-version");
const EPCIS_MIN: HeaderName = HeaderName::from_static("gs1-epcis-min");
const EPCIS_MAX: HeaderName = HeaderName::from_static("gs1-epcis-max");
const CBV_VERSION: HeaderName = HeaderName::from_static("gs1-cbv-version");
const CBV_MIN: HeaderName = HeaderName::from_static("gs1-cbv-min");
const CBV_MAX: HeaderName = HeaderName::from_static("gs1-cbv-max");
const EPC_FORMAT: HeaderName = HeaderName::from_static("gs1-epc-format");
const CBV_FORMAT: HeaderName = HeaderName::from_static("gs1-cbv-xml-format");
const ERROR_BEHAVIOUR: HeaderName = HeaderName::from_static("gs1-capture-error-behaviour");
const CAPTURE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-limit");
const CAPTURE_FILE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-file-size-limit");

/// The headers of every response below `/epcis`. The extension is that of records which are not events.
const FIXED: [(HeaderName, &str); 10] = [
    (EPCIS_VERSION, "2.0.0"),
    (EPCIS_MIN, "2.0.0"),
    (EPCIS_MAX, "2.0.0"),
    (CBV_VERSION, "2.0.0"),
    (CBV_MIN, "2.0.0"),
    (CBV_MAX, "2.0.0"),
    (EPC_FORMAT, "Never_Translates"),
    (CBV_FORMAT, "Never_Translates"),
    (HeaderName::from_static("gs1-vendor-version"), env!("CARGO_PKG_VERSION")),
    (EXTENSIONS, "waymark=urn:waymark:epcis:"),
];

/// A header, whether a value is supported, and the supported values for people.
type Requirement = (HeaderName, fn(&str) -> bool, &'static str);

/// The headers of a request by which it may require something, and what this repository supports.
const REQUIRED: [Requirement; 8] = [
    (EPCIS_VERSION, version::is_ours, "2.0"),
    (EPCIS_MIN, version::is_at_most_ours, "2.0"),
    (EPCIS_MAX, version::is_at_least_ours, "2.0"),
    (CBV_VERSION, version::is_ours, "2.0"),
    (CBV_MIN, version::is_at_most_ours, "2.0"),
    (CBV_MAX, version::is_at_least_ours, "2.0"),
    (EPC_FORMAT, keeps_format, "No_Preference, Never_Translates"),
    (CBV_FORMAT, keeps_format, "No_Preference, Never_Translates"),
];

fn keeps_format(value: &str) -> bool {
    matches!(value, "No_Preference" | "Never_Translates")
}

/// Whether a path belongs to the EPCIS binding.
fn is_epcis(path: &str) -> bool {
    path.strip_prefix("/epcis").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A middleware around all routes. Below `/epcis` it checks the headers of a request, adds those of this repository to
/// the response and sets the media type of an answer and the type of a problem.
pub(crate) async fn negotiate(request: Request, next: Next) -> Response {
    if !is_epcis(request.uri().path()) {
        return next.run(request).await;
    }
    let takes_captures =
        request.method() == Method::POST && matches!(request.uri().path(), "/epcis/capture" | "/epcis/events");
    let mut response = match check(request.method(), request.headers()) {
        Ok(json) => {
            // A panic is turned into a problem here, so that it has an exception as its type, too.
            let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| ApiError::internal(&"a handler panicked").into_response());
            json.name(answer)
        }
        Err(error) => error.into_response(),
    };
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = with_exception(response, error);
    }
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if takes_captures {
        insert_limits(headers);
    }
    response
}

/// The error response with the type that the binding defines.
fn with_exception(mut response: Response, error: ApiError) -> Response {
    let exception = exception::for_code(error.code());
    let typed = error.with_type(exception).into_response();
    // Headers of inner layers are kept; only the length belongs to the old body.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|_: Body| typed.into_body())
}

/// Checks all headers of a request that captures.
///
/// # Errors
/// `provenance.not_acceptable`.
pub(crate) fn check_all(headers: &HeaderMap) -> Result<(), ApiError> {
    check(&Method::POST, headers)?;
    error_behaviour(headers)?;
    Ok(())
}

fn check(method: &Method, headers: &HeaderMap) -> Result<media::Json, ApiError> {
    for (name, is_supported, supported) in REQUIRED {
        let mut values = headers.get_all(&name).iter();
        if !values.all(|value| value.to_str().is_ok_and(|value| is_supported(value.trim()))) {
            return Err(not_acceptable(
                format!("/{name}"),
                format!("This repository supports {supported} for {name}."),
            ));
        }
    }
    // The response to OPTIONS has no body.
    let chosen = if method == Method::OPTIONS { Some(media::Json::Plain) } else { media::choose(headers) };
    chosen.ok_or_else(|| {
        let detail = "This repository answers in application/json and application/ld+json; ask for one of them.";
        not_acceptable("/Accept".to_owned(), detail.to_owned())
    })
}

fn not_acceptable(pointer: String, detail: String) -> ApiError {
    ApiError::new(&code::NOT_ACCEPTABLE, detail).at(pointer, code::NOT_ACCEPTABLE.name, "not supported")
}

/// Parses `GS1-Capture-Error-Behaviour`: `rollback` (the default) or `proceed`.
///
/// # Errors
/// `provenance.not_acceptable`.
pub(super) fn error_behaviour(headers: &HeaderMap) -> Result<Mode, ApiError> {
    let mut values = headers.get_all(ERROR_BEHAVIOUR).iter();
    match (values.next().map(HeaderValue::as_bytes), values.next()) {
        (None | Some(b"rollback"), None) => Ok(Mode::Atomic),
        (Some(b"proceed"), None) => Ok(Mode::Independent),
        _ => {
            let pointer = "/GS1-Capture-Error-Behaviour".to_owned();
            Err(not_acceptable(pointer, "Use `rollback` or `proceed`.".to_owned()))
        }
    }
}

/// The capabilities that a path announces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    /// Documents of events, under both error behaviours.
    Documents,
    /// Single events.
    Events,
    Nothing,
}

/// The response to `OPTIONS` for a path that allows `methods`.
pub(super) fn options(methods: &'static str, takes: Takes) -> Response {
    let mut response = (StatusCode::NO_CONTENT, [(header::ALLOW, methods)]).into_response();
    let headers = response.headers_mut();
    if takes != Takes::Nothing {
        insert_limits(headers);
    }
    if takes == Takes::Documents {
        headers.insert(ERROR_BEHAVIOUR, HeaderValue::from_static("all"));
    }
    response
}

fn insert_limits(headers: &mut HeaderMap) {
    headers.insert(CAPTURE_LIMIT, HeaderValue::from(EVENTS_PER_DOCUMENT_MAX));
    headers.insert(CAPTURE_FILE_LIMIT, HeaderValue::from(CAPTURE_BYTES_MAX));
}

#[cfg(test)]
mod tests;
