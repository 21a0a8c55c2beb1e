//! Responses that several endpoints of provenance share. Invariant: a query document carries the heights that were
//! indexed before the read, and tells its form. A segment of an address has unreserved characters alone.

use crate::{
    freshness::Heights,
    provenance::gs1_header::{AnswerForm, Media},
};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Responds with an EPCIS query document and the indexed heights.
pub(super) fn query_document(text: String, form: AnswerForm, heights: Heights) -> Response {
    (heights, form_headers(form), text).into_response()
}

/// The media type of events, and the headers that tell their form.
pub(super) fn form_headers(form: AnswerForm) -> HeaderMap {
    let mut headers: HeaderMap = form.headers().collect();
    let media = if form.media.is_xml() { form.media } else { Media::Json };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.name()));
    headers
}

/// Percent-encodes all characters of a path segment but the unreserved ones (RFC 3986 section 2.3).
pub(super) fn encode_segment(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_keeps_unreserved_characters() {
        let id = "urn:uuid:831c0292-4de1-430a_8255~a.b/c?d#e%f ü";
        assert_eq!(encode_segment(id), "urn%3Auuid%3A831c0292-4de1-430a_8255~a.b%2Fc%3Fd%23e%25f%20%C3%BC");
    }
}
