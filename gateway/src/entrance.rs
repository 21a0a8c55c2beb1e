//! The check that all requests pass before a handler sees them. Invariant: no path, no query parameter and no field of
//! a JSON body holds a character that a text of this service cannot hold, and no body has a transfer coding that is not
//! undone. Handlers and statements need no checks of their own.
//!
//! Paths and parameters are UTF-8 without control characters. Fields of bodies may hold line breaks, but not U+0000.

use crate::error::{ApiError, code};
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Refuses a request whose path or query has a control character or is not UTF-8, and one with another transfer coding
/// than `chunked`.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    match check_uri(request.uri()).and_then(|()| check_coding(request.headers())) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check_uri(uri: &Uri) -> Result<(), ApiError> {
    let is_text = |encoded: &str| percent_decode_str(encoded).decode_utf8().is_ok_and(|text| !has_control(&text));
    if !is_text(uri.path()) {
        return Err(refusal("A segment of the path is not valid.", String::new()));
    }
    for pair in uri.query().unwrap_or_default().split('&') {
        if !is_text(pair) {
            let (name, _) = form_urlencoded::parse(pair.as_bytes()).next().unwrap_or_default();
            return Err(refusal("A query parameter is not valid.", format!("/{}", escape(&name))));
        }
    }
    Ok(())
}

/// A body in `gzip, chunked` would be taken for the bytes that it was compressed to (RFC 9112, section 6.1).
fn check_coding(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    if codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Ok(());
    }
    let detail = "The only transfer coding is `chunked`. Send a compressed body with `Content-Encoding: gzip`.";
    let fault = "not supported";
    Err(ApiError::new(&code::INVALID_HEADER, detail).at("/Transfer-Encoding", code::INVALID_HEADER.name, fault))
}

fn has_control(text: &str) -> bool {
    text.contains(char::is_control)
}

fn refusal(detail: &'static str, pointer: String) -> ApiError {
    let fault = "holds a control character, or is not UTF-8";
    ApiError::new(&code::INVALID_PARAMETER, detail).at(pointer, code::INVALID_PARAMETER.name, fault)
}

/// The pointer of the first string, or name of a member, with U+0000 in a JSON value.
pub(crate) fn nul_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(elements) => {
            elements.iter().enumerate().find_map(|(index, element)| Some(format!("/{index}{}", nul_in(element)?)))
        }
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let below = if name.contains('\0') { Some(String::new()) } else { nul_in(member) };
            Some(format!("/{}{}", escape(name), below?))
        }),
        _ => None,
    }
}

/// A name in a JSON pointer (RFC 6901 section 3).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use serde_json::json;

    #[test]
    fn a_transfer_coding_that_is_not_undone_is_refused() {
        let check = |values: &[&'static str]| {
            let value = |text: &&'static str| (header::TRANSFER_ENCODING, HeaderValue::from_static(text));
            check_coding(&values.iter().map(value).collect()).map_err(|error| error.code().name)
        };
        for taken in [&[][..], &["chunked"], &["Chunked"]] {
            assert_eq!(check(taken), Ok(()), "{taken:?}");
        }
        for refused in [&["gzip, chunked"][..], &["gzip", "chunked"], &["chunked, chunked"], &[""]] {
            assert_eq!(check(refused), Err(code::INVALID_HEADER.name), "{refused:?}");
        }
    }

    fn pointer(uri: &str) -> Option<String> {
        let error = check_uri(&uri.parse().expect("a URI")).err()?;
        assert_eq!(error.code(), &code::INVALID_PARAMETER);
        Some(error.problem().errors[0].pointer.clone())
    }

    #[test]
    fn control_characters_and_other_bytes_are_refused_with_a_pointer() {
        for uri in ["/a/b%20c", "/a?x=%C3%BC&y", "/a?", "/a?&&=&x", "/%E5%86%9C?q=a+b"] {
            assert_eq!(pointer(uri), None, "{uri}");
        }
        for bad in ["%00", "a%00b", "%0A", "%1f", "%7F", "%C2%85", "%FF", "%C3", "%ED%A0%80"] {
            assert_eq!(pointer(&format!("/a/{bad}/c")).as_deref(), Some(""), "{bad}");
            assert_eq!(pointer(&format!("/a?x=1&y={bad}")).as_deref(), Some("/y"), "{bad}");
            assert!(pointer(&format!("/a?{bad}=1")).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_nul_in_a_body_is_found_wherever_it_is() {
        assert_eq!(nul_in(&json!({"a": ["b\n", 1, null, {"c": "d"}]})), None);
        for (value, expected) in [
            (json!("\0"), ""),
            (json!(["a", "b\0"]), "/1"),
            (json!({"a/b": {"c~": ["\0"]}}), "/a~1b/c~0/0"),
            (json!({"a": {"b\0": 1}}), "/a/b\0"),
        ] {
            assert_eq!(nul_in(&value).as_deref(), Some(expected), "{value}");
        }
    }
}
