//! Problems in place of the answers that hyper makes by itself: to a head that it cannot parse or that is too large.
//! hyper writes them without a body, and no service sees them. Invariant: no answer of the router is replaced: each of
//! those has more headers than hyper's own.

use super::announced::Announced;
use crate::{
    admission,
    error::{ApiError, Code, code},
};
use axum::response::IntoResponse as _;
use http::header;
use std::fmt::Write as _;

/// The headers of an answer that hyper makes by itself.
const OWN_HEADERS: [&str; 3] = ["connection", "content-length", "date"];

/// The bytes to send in place of `bytes`; `None` unless these are exactly one answer of hyper's own. `announced` is
/// what the head of the request says about its body.
pub(super) fn in_place_of(bytes: &[u8], announced: &Announced) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"HTTP/1.") || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let (status, headers) = head.split_once("\r\n")?;
    let mut headers = headers.split("\r\n").map(|line| line.split_once(':').unwrap_or((line, "")));
    let is_own = headers.all(|(name, value)| {
        let name = name.to_ascii_lowercase();
        OWN_HEADERS.contains(&&*name) && (name != "content-length" || value.trim() == "0")
    });
    if !is_own {
        return None;
    }
    let (code, detail): (&'static Code, _) = match status.split(' ').nth(1)? {
        "400" | "431" if announced.is_beyond_count() => {
            (&code::BODY_TOO_LARGE, "The field Content-Length announces more bytes than any route takes.")
        }
        "400" => (&code::MALFORMED_HEAD, "The head of the request is not well-formed HTTP/1.1."),
        "414" => (&code::HEAD_TOO_LARGE, "The address of the request is too long."),
        "431" => (&code::HEAD_TOO_LARGE, "The head of the request is too large, or has too many fields."),
        _ => return None,
    };
    Some(written(ApiError::new(code, detail)))
}

/// An answer in the wire format of HTTP/1.1 (RFC 9112). It ends the connection, as hyper's own does.
fn written(error: ApiError) -> Vec<u8> {
    let context = std::sync::Arc::new(crate::trace::RequestContext::from_headers(&http::HeaderMap::new()));
    let (body, mut response) = crate::trace::enter(context, || (error.to_json(), error.into_response()));
    admission::secure(response.headers_mut(), false);
    let status = response.status();
    let mut out = format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default());
    response.headers_mut().remove(header::CONTENT_LENGTH);
    // Writing to a String cannot fail.
    for (name, value) in response.headers() {
        if let Ok(value) = value.to_str() {
            let _ = write!(out, "{name}: {value}\r\n");
        }
    }
    let _ = write!(out, "content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut out = out.into_bytes();
    out.extend(body);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_hyper_become_problems_and_others_pass() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
            date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
        let text = String::from_utf8(in_place_of(own, &Announced::default()).expect("replaced")).expect("UTF-8");
        assert!(text.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{text}");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains("content-type: application/problem+json"), "{head}");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        let problem: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some("request.head_too_large"), Some(431)));
        assert_eq!(problem["trace_id"].as_str().map(str::len), Some(32));
        for other in [
            &b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-content-type-options: nosniff\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n{}",
            b"",
        ] {
            assert_eq!(in_place_of(other, &Announced::default()), None);
        }
    }
}
