//! The content coding of a body (RFC 9110 section 8.4): none, or gzip. Invariant: a body in another coding, or in more
//! than one, is refused before it is read, and the response names the codings that are taken.

use super::{gzip, too_large};
use crate::{
    budget,
    error::{ApiError, code},
    processors::Processors,
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, header};

/// The codings that a body may have, for the header `Accept-Encoding` of a refusal (RFC 9110 section 12.5.3).
const TAKEN: HeaderValue = HeaderValue::from_static("gzip, identity");

/// A content coding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    Identity,
    Gzip,
}

impl Coding {
    /// The coding that `Content-Encoding` names. `identity` is none, and `x-gzip` is gzip (section 8.4.1.3).
    ///
    /// # Errors
    /// `request.unsupported_media_type` with `Accept-Encoding` (section 15.5.16).
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut coding = Self::Identity;
        for value in headers.get_all(header::CONTENT_ENCODING) {
            for name in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                let is_gzip = [&b"gzip"[..], b"x-gzip"].iter().any(|known| name.eq_ignore_ascii_case(known));
                coding = match coding {
                    _ if name.is_empty() || name.eq_ignore_ascii_case(b"identity") => continue,
                    Self::Identity if is_gzip => Self::Gzip,
                    _ => return Err(unsupported()),
                };
            }
        }
        Ok(coding)
    }

    /// The most bytes of memory that a body of `coded` bytes takes, and the most bytes that it has decoded. The route
    /// takes `bytes_max`. A body in gzip is in memory in both forms at once.
    pub(super) fn memory(self, coded: usize, bytes_max: usize) -> (usize, usize) {
        match self {
            Self::Identity => (coded, coded),
            Self::Gzip => {
                let decoded = gzip::decoded_max(coded).min(bytes_max);
                (coded.saturating_add(decoded), decoded)
            }
        }
    }

    /// The body without its coding. Decoding runs outside of the async runtime, when it is the caller's turn.
    ///
    /// # Errors
    /// `request.malformed_gzip`, `request.body_too_large`, `limit.share`, `limit.overloaded`.
    pub(super) async fn decode(self, coded: BytesMut, bytes_max: usize) -> Result<BytesMut, ApiError> {
        if self == Self::Identity {
            return Ok(coded);
        }
        let coded: Bytes = coded.freeze();
        let work = move || decode_gzip(&coded, bytes_max);
        match budget::current(|budget| budget.all().processors.clone()) {
            Some(processors) => Processors::new(processors).compute(work).await?,
            None => work(),
        }
    }
}

/// Decodes a body in gzip of at most `bytes_max` bytes.
///
/// # Errors
/// `request.malformed_gzip` or `request.body_too_large`.
pub(crate) fn decode_gzip(coded: &[u8], bytes_max: usize) -> Result<BytesMut, ApiError> {
    gzip::decode(coded, bytes_max).map_err(|fault| refused(fault, bytes_max))
}

fn refused(fault: gzip::Fault, bytes_max: usize) -> ApiError {
    match fault {
        gzip::Fault::Malformed => {
            let detail = "The body is not one gzip file (RFC 1952), as its Content-Encoding says; nothing was stored.";
            ApiError::new(&code::MALFORMED_GZIP, detail)
        }
        gzip::Fault::TooLarge => too_large(bytes_max),
        gzip::Fault::TooDense => {
            let detail = format!(
                "In gzip a body may have {} bytes, and {} for each byte that is sent. Send it without Content-Encoding.",
                gzip::GZIP_FREE_BYTES_MAX,
                gzip::GZIP_RATIO_MAX
            );
            ApiError::new(&code::BODY_TOO_LARGE, detail)
        }
        gzip::Fault::ManyMembers => {
            let detail = format!("In gzip a body may have {} members.", gzip::GZIP_MEMBERS_MAX);
            ApiError::new(&code::BODY_TOO_LARGE, detail)
        }
    }
}

fn unsupported() -> ApiError {
    let detail = "Send the body without Content-Encoding, or in gzip, once.";
    ApiError::new(&code::UNSUPPORTED_MEDIA_TYPE, detail)
        .at("/Content-Encoding", code::UNSUPPORTED_MEDIA_TYPE.name, "not supported")
        .with_header(header::ACCEPT_ENCODING, TAKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_coding_is_taken_in_any_spelling() {
        let of = |values: &[&'static str]| {
            let header = |value: &&'static str| (header::CONTENT_ENCODING, HeaderValue::from_static(value));
            let mut headers = HeaderMap::new();
            values.iter().map(header).for_each(|(name, value)| {
                headers.append(name, value);
            });
            Coding::of(&headers).map_err(|error| error.code())
        };
        for plain in [&[][..], &["identity"], &["Identity", "identity"], &[""]] {
            assert_eq!(of(plain), Ok(Coding::Identity), "{plain:?}");
        }
        for gzip in [&["gzip"][..], &["GZIP"], &["x-gzip"], &["identity, gzip"], &["gzip", "identity"], &[" gzip ,"]] {
            assert_eq!(of(gzip), Ok(Coding::Gzip), "{gzip:?}");
        }
        for other in [&["br"][..], &["deflate"], &["gzip, gzip"], &["gzip", "x-gzip"], &["gzip, br"], &["aws-chunked"]]
        {
            assert_eq!(of(other), Err(&code::UNSUPPORTED_MEDIA_TYPE), "{other:?}");
        }
        let refused = unsupported();
        let headers = axum::response::IntoResponse::into_response(refused).headers().clone();
        assert_eq!(headers[header::ACCEPT_ENCODING], "gzip, identity");
    }

    #[test]
    fn the_memory_of_a_body_covers_both_forms() {
        assert_eq!(Coding::Identity.memory(10, 100), (10, 10));
        assert_eq!(Coding::Gzip.memory(10, 100), (110, 100));
        let most = gzip::decoded_max(1_000);
        assert_eq!(Coding::Gzip.memory(1_000, usize::MAX), (1_000 + most, most));
        assert_eq!(Coding::Gzip.memory(usize::MAX, 100), (usize::MAX, 100));
    }
}
