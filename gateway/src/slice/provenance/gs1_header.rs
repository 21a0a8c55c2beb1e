//! Middleware for the GS1 headers and exception types of responses below `/epcis`. Invariant: each response states the
//! supported versions and formats. A request for others is refused. Each problem whose status the binding covers has an
//! exception as its type.

use super::{code, command::CAPTURE_BYTES_MAX, exception};
use crate::error::ApiError;
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use chain_types::Mode;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use standards_epcis::limit::EVENTS_PER_DOCUMENT_MAX;

const EPCIS_VERSION: HeaderName = HeaderName::from_static("gs1-epcis-version");
const CBV_VERSION: HeaderName = HeaderName::from_static("gs1-cbv-version");
const EPC_FORMAT: HeaderName = HeaderName::from_static("gs1-epc-format");
const CBV_FORMAT: HeaderName = HeaderName::from_static("gs1-cbv-xml-format");
const ERROR_BEHAVIOUR: HeaderName = HeaderName::from_static("gs1-capture-error-behaviour");
const CAPTURE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-limit");
const CAPTURE_FILE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-file-size-limit");

/// The headers of every response below `/epcis`.
const FIXED: [(HeaderName, &str); 9] = [
    (EPCIS_VERSION, "2.0.0"),
    (HeaderName::from_static("gs1-epcis-min"), "2.0.0"),
    (HeaderName::from_static("gs1-epcis-max"), "2.0.0"),
    (CBV_VERSION, "2.0.0"),
    (HeaderName::from_static("gs1-cbv-min"), "2.0.0"),
    (HeaderName::from_static("gs1-cbv-max"), "2.0.0"),
    (EPC_FORMAT, "Never_Translates"),
    (CBV_FORMAT, "Never_Translates"),
    (HeaderName::from_static("gs1-vendor-version"), env!("CARGO_PKG_VERSION")),
];

/// The values that a request may require, by header.
const ACCEPTED: [(HeaderName, &[&str]); 4] = [
    (EPCIS_VERSION, &["2", "2.0", "2.0.0", "2.0.1"]),
    (CBV_VERSION, &["2", "2.0", "2.0.0"]),
    (EPC_FORMAT, &["No_Preference", "Never_Translates"]),
    (CBV_FORMAT, &["No_Preference", "Never_Translates"]),
];

/// Whether a path belongs to the EPCIS binding.
fn is_epcis(path: &str) -> bool {
    path.strip_prefix("/epcis").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A middleware around all routes. Below `/epcis` it checks the GS1 headers of a request, adds those of this repository
/// to the response and sets the type of a problem.
pub(crate) async fn negotiate(request: Request, next: Next) -> Response {
    if !is_epcis(request.uri().path()) {
        return next.run(request).await;
    }
    let takes_captures = request.method() == Method::POST;
    let mut response = match check(request.headers()) {
        Ok(()) => next.run(request).await,
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
    let Some(exception) = exception::for_code(error.code()) else { return response };
    let typed = error.with_type(exception).into_response();
    // Headers of inner layers are kept; only the length belongs to the old body.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|_: Body| typed.into_body())
}

pub(crate) fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    for (name, accepted) in ACCEPTED {
        let refused = headers.get(&name).filter(|value| !accepted.iter().any(|accepted| value == accepted));
        if refused.is_some() {
            let detail = format!("This repository supports {} for {name}.", accepted.join(", "));
            return Err(ApiError::new(&code::NOT_ACCEPTABLE, detail).at(
                format!("/{name}"),
                code::NOT_ACCEPTABLE.name,
                "not supported",
            ));
        }
    }
    Ok(())
}

/// Parses `GS1-Capture-Error-Behaviour`: `rollback` (the default) or `proceed`.
///
/// # Errors
/// `provenance.not_acceptable`.
pub(crate) fn error_behaviour(headers: &HeaderMap) -> Result<Mode, ApiError> {
    match headers.get(ERROR_BEHAVIOUR).map(HeaderValue::as_bytes) {
        None | Some(b"rollback") => Ok(Mode::Atomic),
        Some(b"proceed") => Ok(Mode::Independent),
        Some(_) => Err(ApiError::new(&code::NOT_ACCEPTABLE, "Use `rollback` or `proceed`.").at(
            "/GS1-Capture-Error-Behaviour",
            code::NOT_ACCEPTABLE.name,
            "not supported",
        )),
    }
}

/// The response to `OPTIONS` for a path that allows `methods`.
pub(super) fn options(methods: &'static str, takes_captures: bool) -> Response {
    let mut response = (StatusCode::NO_CONTENT, [(header::ALLOW, methods)]).into_response();
    if takes_captures {
        let headers = response.headers_mut();
        insert_limits(headers);
        headers.insert(ERROR_BEHAVIOUR, HeaderValue::from_static("all"));
    }
    response
}

fn insert_limits(headers: &mut HeaderMap) {
    headers.insert(CAPTURE_LIMIT, HeaderValue::from(EVENTS_PER_DOCUMENT_MAX));
    headers.insert(CAPTURE_FILE_LIMIT, HeaderValue::from(CAPTURE_BYTES_MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
    }

    #[test]
    fn only_supported_versions_and_formats_pass() {
        assert!(check(&HeaderMap::new()).is_ok());
        for (name, value, passes) in [
            (EPCIS_VERSION, "2.0.0", true),
            (EPCIS_VERSION, "1.2", false),
            (EPC_FORMAT, "Never_Translates", true),
            (EPC_FORMAT, "Always_EPC_URN", false),
            (CBV_VERSION, "1.2.2", false),
        ] {
            assert_eq!(check(&headers(&name, value)).is_ok(), passes, "{name}: {value}");
        }
    }

    #[test]
    fn the_error_behaviour_is_rollback_by_default() {
        assert_eq!(error_behaviour(&HeaderMap::new()).expect("default"), Mode::Atomic);
        assert_eq!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "rollback")).expect("known"), Mode::Atomic);
        assert_eq!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "proceed")).expect("known"), Mode::Independent);
        assert!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "ignore")).is_err());
    }
}
