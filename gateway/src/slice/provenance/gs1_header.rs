//! Middleware for the GS1 headers, the media types and the exception types of responses below `/epcis`. Invariant: each
//! response states the supported versions and formats, and the headers that it depends on. A request for others is
//! refused before it has an effect. Each problem has an exception as its type.

mod form;
mod media;
mod problem_xml;
mod version;

pub(crate) use form::{AnswerForm, FormNames};
pub(crate) use media::Media;

use super::{code, command::CAPTURE_BYTES_MAX, exception, extension::EXTENSIONS, rest::options};
use crate::error::{ApiError, Problem};
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
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

/// The headers of every response below `/epcis`, unless its events have another form. The extension is that of records
/// which are not events.
const FIXED: [(HeaderName, &str); 10] = [
    (EPCIS_VERSION, "2.0.0"),
    (EPCIS_MIN, "1.2.0"),
    (EPCIS_MAX, "2.0.0"),
    (CBV_VERSION, "2.0.0"),
    (CBV_MIN, "1.2.0"),
    (CBV_MAX, "2.0.0"),
    (EPC_FORMAT, "No_Preference"),
    (CBV_FORMAT, "No_Preference"),
    (HeaderName::from_static("gs1-vendor-version"), env!("CARGO_PKG_VERSION")),
    (EXTENSIONS, "waymark=urn:waymark:epcis:"),
];

/// The request headers that decide about an answer below `/epcis`: its form, or that it is refused (RFC 9110 section
/// 12.5.5).
const VARY: &str = "Accept, GS1-EPCIS-Version, GS1-EPCIS-Min, GS1-EPCIS-Max, GS1-CBV-Version, GS1-CBV-Min, \
                    GS1-CBV-Max, GS1-EPC-Format, GS1-CBV-XML-Format, GS1-Extensions";

/// Whether a path belongs to the EPCIS binding.
fn is_epcis(path: &str) -> bool {
    path.strip_prefix("/epcis").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A middleware around all routes. Below `/epcis` it checks the headers of a request, adds those of this repository to
/// the response and sets the media type of an answer and the type of a problem.
pub(crate) async fn negotiate(mut request: Request, next: Next) -> Response {
    if !is_epcis(request.uri().path()) {
        return next.run(request).await;
    }
    let takes_captures =
        request.method() == Method::POST && matches!(request.uri().path(), "/epcis/capture" | "/epcis/events");
    let is_xml_only = media::is_xml_only(request.headers());
    let none = HeaderMap::new();
    // The headers of a request for an unknown path or method are not checked, so that it gets 404 or 405 and not 406.
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let read = if options::has_method(path, request.method()) { request.headers() } else { &none };
    let mut response = match form::read(request.method(), request.uri().path(), read) {
        Ok(form) => {
            request.extensions_mut().insert(form);
            // A panic is turned into a problem here, so that it has an exception as its type, too.
            let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| ApiError::internal(&"a handler panicked").into_response());
            form.media.label(answer)
        }
        Err(error) => error.into_response(),
    };
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = with_exception(response, error, is_xml_only);
    }
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.append(header::VARY, HeaderValue::from_static(VARY));
    if takes_captures {
        insert_limits(headers);
    }
    response
}

/// The error response with the type that the binding defines, in JSON, or in XML for a client that accepts nothing
/// else.
fn with_exception(mut response: Response, error: ApiError, is_xml: bool) -> Response {
    let exception = exception::for_code(error.code());
    let typed = error.with_type(exception);
    // Headers of inner layers are kept; only the length and the type belong to the old body.
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    if is_xml {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem_xml::MEDIA_TYPE));
        return response.map(|_: Body| Body::from(problem_xml::write(&typed.problem())));
    }
    response.map(|_: Body| typed.into_response().into_body())
}

/// A problem and its media type for a client that is sent documents of the type `of`.
pub(super) fn problem_text(problem: &Problem, of: Media) -> (&'static str, String) {
    if of.is_xml() {
        return (problem_xml::MEDIA_TYPE, problem_xml::write(problem));
    }
    // A problem consists of texts and numbers, which JSON can express.
    ("application/problem+json", serde_json::to_string(problem).unwrap_or_default())
}

/// Checks all headers of a request that captures.
///
/// # Errors
/// `provenance.not_acceptable`.
pub(crate) fn check_all(headers: &HeaderMap) -> Result<(), ApiError> {
    form::read(&Method::POST, "/epcis/capture", headers)?;
    error_behaviour(headers)?;
    Ok(())
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
