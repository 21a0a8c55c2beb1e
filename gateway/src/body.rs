//! Reads request bodies up to the limit of their route. Invariant: the buffer of a body never exceeds the limit, before
//! and after a body in gzip is decoded.

mod coding;
mod gzip;
mod pace;
mod unread;

pub(crate) use coding::decode_gzip;
pub use gzip::{GZIP_FREE_BYTES_MAX, GZIP_MEMBERS_MAX, GZIP_RATIO_MAX};
pub use pace::{BODY_BYTES_PER_S_MIN, BODY_GRACE_MS, BODY_S_MAX, BODY_STALL_MS_MAX};
pub(crate) use unread::read_away;
pub use unread::{
    UNREAD_BYTES_MAX, UNREAD_MS_MAX, UNREAD_PAUSE_MS_MAX, UNREAD_TOO_LARGE_BYTES_MAX, UNREAD_TOO_LARGE_MS_MAX,
};

use crate::{
    budget::{self, Charge},
    entrance,
    error::{ApiError, code},
    serve::Stopping,
};
use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequest, Request},
};
use bytes::{Bytes, BytesMut};
use coding::Coding;
use http::{HeaderMap, header};
use pace::Pace;
use serde::de::DeserializeOwned;

/// The maximum size of a JSON body under `/v1`, in bytes.
pub const JSON_BODY_BYTES_MAX: usize = 64 * 1024;

/// Reads a whole body of at most `bytes_max` bytes, and decodes one in gzip. Takes memory from the budget before the
/// bytes arrive, and room for a request without credentials once they have arrived.
///
/// # Errors
/// `request.body_too_large`, `request.body_too_slow`, `request.unsupported_media_type` for another coding,
/// `request.malformed_gzip`, `request.malformed_body` when the client aborts, `limit.share`, `limit.overloaded`, and
/// `limit.stopping`.
pub async fn read(request: Request, bytes_max: usize) -> Result<Bytes, ApiError> {
    read_with(request, bytes_max, |_| 0).await
}

/// Reads a body as [`read`] does, and takes memory for what will be made of it: `beside` are the bytes for a body of a
/// length, more for a longer one. They are given back with the body.
///
/// # Errors
/// As [`read`].
pub async fn read_with(request: Request, bytes_max: usize, beside: fn(usize) -> usize) -> Result<Bytes, ApiError> {
    let coding = Coding::of(request.headers())?;
    let declared = declared_len(request.headers()).or_else(|| request.body().size_hint().exact());
    let stopping = Stopping::of(request.extensions());
    let mut body = request.into_body();
    let read = stopping.run_until_cancelled(async {
        if declared.is_some_and(|len| len > bytes_max as u64) {
            return Err(too_large(bytes_max));
        }
        collect(&mut body, declared, coding, bytes_max, beside).await?.ok_or_else(|| too_large(bytes_max))
    });
    let read = read.await.unwrap_or_else(|| Err(stopped()))?;
    budget::enter_public().await?;
    Ok(read)
}

/// Collects the chunks of a body, and decodes it; `None` when the chunks exceed `bytes_max`.
async fn collect(
    body: &mut Body,
    declared: Option<u64>,
    coding: Coding,
    bytes_max: usize,
    beside: fn(usize) -> usize,
) -> Result<Option<Bytes>, ApiError> {
    // A body of unknown length takes all that its route allows before it is read. Bodies that each held a part and
    // waited for more would keep each other waiting until all are refused.
    let announced = declared.and_then(|len| usize::try_from(len).ok());
    let most = announced.unwrap_or(bytes_max);
    let (memory, decoded_max) = coding.memory(most, bytes_max);
    let mut charge = Charge::reserve(memory.saturating_add(beside(decoded_max))).await?;
    let mut read = BytesMut::with_capacity(announced.unwrap_or_default());
    let mut pace = Pace::start(most);
    while let Some(frame) = pace.next(body).await? {
        let Ok(data) = frame.into_data() else { continue };
        let len = read.len().saturating_add(data.len());
        if len > bytes_max {
            return Ok(None);
        }
        pace.count(data.len());
        if len > read.capacity() {
            let capacity = read.capacity().saturating_mul(2).clamp(len, bytes_max);
            read.reserve(capacity - read.len());
        }
        read.extend_from_slice(&data);
    }
    let decoded = coding.decode(read, bytes_max).await?;
    charge.shrink_to(decoded.capacity().saturating_add(beside(decoded.len())));
    Ok(Some(charge.attach(decoded.freeze())))
}

/// Whether the head of a request announces a body.
pub fn is_announced(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING) || declared_len(headers).is_some_and(|len| len > 0)
}

fn declared_len(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The refusal of a body above the limit of its route.
pub(crate) fn too_large(bytes_max: usize) -> ApiError {
    ApiError::new(&code::BODY_TOO_LARGE, format!("This route takes at most {bytes_max} bytes."))
}

fn stopped() -> ApiError {
    let detail = "The service stops, and the body had not arrived; nothing was stored. Send it again.";
    ApiError::new(&code::STOPPING, detail).retry_after_s(1)
}

/// Parses a JSON object. If a value has a wrong type, the error contains the pointer to it.
///
/// # Errors
/// `request.malformed_json` or `request.invalid_field`.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) {
        let invalid = |pointer: String, detail: &str| {
            let error = ApiError::new(&code::INVALID_FIELD, "A field of the body is not valid.");
            Err(error.at(pointer, code::INVALID_FIELD.name, detail))
        };
        // A structure would also be read from a list of its members.
        if value.is_array() {
            return invalid(String::new(), "is a list; an object is expected");
        }
        if let Some(pointer) = entrance::nul_in(&value) {
            return invalid(pointer, "holds U+0000, which no text here may hold");
        }
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let cause = error.inner();
        if cause.is_data() {
            let (pointer, detail) = (pointer_of(error.path()), cause.to_string());
            ApiError::new(&code::INVALID_FIELD, "A field of the body is not valid.").at(
                pointer,
                code::INVALID_FIELD.name,
                detail,
            )
        } else {
            malformed(cause)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(cause: &serde_json::Error) -> ApiError {
    ApiError::new(&code::MALFORMED_JSON, "Send one JSON value.").at("", code::MALFORMED_JSON.name, cause.to_string())
}

/// Formats a path as a JSON pointer (RFC 6901).
fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
        pointer
    })
}

/// A JSON body under `/v1` and its bytes; an `Idempotency-Key` is bound to the bytes.
#[derive(Clone, Debug)]
pub struct JsonBody<T> {
    pub value: T,
    /// The bytes as sent, without a content coding.
    pub raw: Bytes,
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let raw = read_json(request, JSON_BODY_BYTES_MAX).await?;
        Ok(Self { value: parse_json(&raw)?, raw })
    }
}

/// Reads a whole body of at most `bytes_max` bytes whose media type is JSON in UTF-8.
///
/// # Errors
/// `request.unsupported_media_type`, and the errors of [`read`].
pub async fn read_json(request: Request, bytes_max: usize) -> Result<Bytes, ApiError> {
    if is_json(request.headers()) {
        return read(request, bytes_max).await;
    }
    let detail = "Send `Content-Type: application/json`, or another type that ends in `+json`, with text in UTF-8.";
    Err(ApiError::new(&code::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// Whether the media type of a request is JSON in UTF-8, its only encoding (RFC 8259 section 8.1).
pub fn is_json(headers: &HeaderMap) -> bool {
    is_utf8(headers) && media_type(headers).is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"))
}

/// Whether the media type of a request is XML in UTF-8: `application/xml` or `text/xml` (RFC 7303).
pub fn is_xml(headers: &HeaderMap) -> bool {
    is_utf8(headers) && media_type(headers).is_some_and(|kind| matches!(&*kind, "application/xml" | "text/xml"))
}

/// Whether the media type names no encoding but UTF-8, or ASCII, which is a part of it.
fn is_utf8(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').skip(1).filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        let value = value.trim().trim_matches('"');
        !name.trim().eq_ignore_ascii_case("charset")
            || ["utf-8", "us-ascii"].iter().any(|known| value.eq_ignore_ascii_case(known))
    })
}

/// The request's media type in lower case, without parameters.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Body) -> Request {
        Request::builder().header(header::CONTENT_TYPE, "application/json").body(body).expect("a request")
    }

    #[test]
    fn a_list_is_no_object() {
        #[derive(Debug, serde::Deserialize)]
        struct Named {
            name: Option<String>,
        }
        let read = |text: &str| parse_json::<Named>(text.as_bytes()).map(|named| named.name);
        assert_eq!(read(r#"{"name":"a"}"#).expect("an object").as_deref(), Some("a"));
        for list in [r#"["a"]"#, "[null]", " [ ]"] {
            let error = read(list).expect_err(list);
            assert_eq!((error.code(), &*error.problem().errors[0].pointer), (&code::INVALID_FIELD, ""), "{list}");
        }
    }

    #[tokio::test]
    async fn an_encoding_that_is_not_utf_8_is_refused() {
        let request = |kind: &str| {
            Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from("{}")).expect("a request")
        };
        for good in [
            "application/json",
            "application/json; charset=utf-8",
            "application/ld+json;CHARSET=\"UTF-8\"",
            "application/json; charset=us-ascii",
            "application/json; profile=utf-16",
        ] {
            assert!(read_json(request(good), 10).await.is_ok(), "{good}");
        }
        for bad in [
            "application/json; charset=utf-16",
            "application/json;charset=\"latin1\"",
            "application/json; charset = utf-16",
            "application/json; charset=utf-8; charset=utf-16",
            "application/json; charset=",
            "text/plain",
        ] {
            let error = read_json(request(bad), 10).await.expect_err(bad);
            assert_eq!(error.code(), &code::UNSUPPORTED_MEDIA_TYPE, "{bad}");
            assert!(!is_json(request(bad).headers()) && !is_xml(request(bad).headers()), "{bad}");
        }
        assert!(is_xml(request("text/xml; charset=utf-8").headers()));
        assert!(!is_xml(request("application/xml; charset=utf-16").headers()));
    }

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
        let body = |len: usize| request(Body::from(vec![b' '; len]));
        assert_eq!(read(body(10), 10).await.expect("at the limit").len(), 10);
        assert_eq!(read(body(11), 10).await.expect_err("above").code(), &code::BODY_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_counted() {
        let chunks = futures::stream::iter((0..3).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 5]))));
        let error = read(request(Body::from_stream(chunks)), 10).await.expect_err("15 bytes");
        assert_eq!(error.code(), &code::BODY_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_body_in_gzip_is_limited_in_both_forms() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut encoder, bytes).expect("in memory");
            encoder.finish().expect("in memory")
        };
        let request = |coded: Vec<u8>| {
            let builder = Request::builder().header(header::CONTENT_TYPE, "application/json");
            builder.header(header::CONTENT_ENCODING, "gzip").body(Body::from(coded)).expect("a request")
        };
        let spaces = gzip(&[b' '; 100]);
        assert_eq!(read(request(spaces.clone()), 100).await.expect("at the limit"), [b' '; 100][..]);
        assert_eq!(read(request(spaces.clone()), 99).await.expect_err("decoded").code(), &code::BODY_TOO_LARGE);
        assert_eq!(read(request(spaces.clone()), 10).await.expect_err("coded").code(), &code::BODY_TOO_LARGE);
        let cut = spaces[..spaces.len() - 1].to_vec();
        assert_eq!(read(request(cut), 100).await.expect_err("cut off").code(), &code::MALFORMED_GZIP);
    }

    #[derive(Debug, serde::Deserialize)]
    struct Sample {
        #[expect(dead_code, reason = "only its type matters here")]
        list: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only its type matters here")]
        #[serde(rename = "a/b")]
        number: u8,
    }

    #[test]
    fn faults_are_pointed_at() {
        let pointer = |json: &str| {
            let problem = parse_json::<Sample>(json.as_bytes()).expect_err("bad").problem();
            (problem.code, problem.errors[0].pointer.clone())
        };
        let expect = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
        assert_eq!(pointer(r#"{"list":[{"a/b":1},{"a/b":"x"}]}"#), expect("request.invalid_field", "/list/1/a~1b"));
        assert_eq!(pointer(r#"{"list":["#), expect("request.malformed_json", ""));
        assert_eq!(pointer(r#"{"list":[]} x"#), expect("request.malformed_json", ""));
        let deep = "[".repeat(10_000);
        assert_eq!(pointer(&format!(r#"{{"list":{deep}"#)).0, "request.invalid_field");
    }
}
