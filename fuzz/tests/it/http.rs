//! Headers, tokens, cursors, ids and JSON bodies of requests.

use ::http::{HeaderMap, HeaderName, HeaderValue};
use flate2::{Compression, write::GzEncoder};
use fuzz::{Target, fuzz, fuzz_from};
use gateway::{
    auth::{Credential, ScopeSet, credential},
    body, decoders,
    operation::OperationId,
    page::{CursorSigner, SentCursor},
    tenant_id::TenantId,
};
use std::io::Write as _;

fn target<'t>(name: &'t str, words: &'t [&'t str], examples: &'t [&'t str]) -> Target<'t> {
    Target { name, words, examples, base_us: 10_000, byte_ns: 500 }
}

/// The headers of lines `name: value`, without those that HTTP refuses.
fn headers(input: &[u8]) -> HeaderMap {
    let lines = input.split(|byte| *byte == b'\n').filter_map(|line| {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..at]).ok()?;
        Some((name, HeaderValue::from_bytes(line[at + 1..].trim_ascii()).ok()?))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in lines.take(1_000) {
        headers.append(name, value);
    }
    headers
}

#[test]
fn min_height() {
    fuzz(&target("min_height", &["0=", ",", "1=7", "65535="], &["0=12, 1=7", "0=18446744073709551615"]), |input| {
        HeaderValue::from_bytes(input).map_or_else(|_| "not a header".to_owned(), |it| decoders::min_height(&it, 2))
    });
}

#[test]
fn prefer() {
    let target = target("prefer", &["wait=", "respond-async", "; ", ", ", "\"5\""], &["prefer: wait=5, respond-async"]);
    fuzz(&target, |input| decoders::prefer(&headers(input)));
}

#[test]
fn gs1_headers() {
    let words = ["GS1-EPCIS-Version: ", "GS1-CBV-Version: 2.0.0\n", "GS1-EPC-Format: ", "Never_Translates", "rollback"];
    let example = "gs1-epcis-version: 2.0\ngs1-capture-error-behaviour: proceed";
    fuzz(&target("gs1_headers", &words, &[example]), |input| decoders::gs1_headers(&headers(input)));
}

#[test]
fn trace_context() {
    let example = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    fuzz(&target("trace_context", &["00-", "-01", "ff-", "0000"], &[example]), |input| {
        decoders::trace_context(&headers(input))
    });
}

#[test]
fn idempotency_key() {
    let target = target("idempotency_key", &["idempotency-key: ", "k"], &["idempotency-key: order-1"]);
    fuzz(&target, |input| decoders::idempotency_key(headers(input)));
}

#[test]
fn credentials() {
    let words = [
        "authorization: Bearer ",
        "authorization: Basic ",
        "d2NfYTp3bV90ZXN0X2E=",
        "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ",
        ".",
        "e30",
        "wm_test_",
        "==",
    ];
    let example = "authorization: Bearer eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ.e30.AA";
    let others = ["authorization: Bearer wm_test_AA", "authorization: Basic d2NfYTp3bV90ZXN0X2E="];
    fuzz(&target("credentials", &words, &[example, others[0], others[1]]), |input| {
        decoders::credentials(&headers(input))
    });
}

#[test]
fn token_request() {
    let words =
        ["grant_type=client_credentials", "&client_id=", "&client_secret=", "&scope=", "authorization: Basic ", "wc_"];
    let example = "content-type: application/x-www-form-urlencoded\nauthorization: Basic d2NfYTp3bV90ZXN0X2E=\0\
        grant_type=client_credentials&scope=tenant:read";
    fuzz(&target("token_request", &words, &[example]), |input| {
        let at = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
        decoders::token_request(&headers(&input[..at]), input.get(at + 1..).unwrap_or_default())
    });
}

#[test]
fn api_key() {
    let example = "wm_test_AaIng86sdsu7qNWSW_W4FgGiJ4POrnM1jctBApSjvQSgf_-1HPP_puYk2JrdNO-yGY5t4JwvMZr5JaQrgrJwJg";
    fuzz(
        &target("api_key", &["wm_live_", "wm_test_", "wc_", "tenant:read "], &[example, "wc_AaIng86sdsu7qNWSW_W4Fg"]),
        |input| {
            let text = String::from_utf8_lossy(input);
            let scopes = ScopeSet::parse(&text).is_ok();
            format!("{} {} {scopes}", Credential::parse(&text).is_some(), credential::parse_client_id(&text).is_some())
        },
    );
}

#[test]
fn operation_id() {
    fuzz(&target("operation_id", &["op_"], &["op_0190b0c8d7e87c3f8a4b5c6d7e8f9a0b"]), |input| {
        let text = String::from_utf8_lossy(input);
        let Ok(id) = text.parse::<OperationId>() else { return "no id".to_owned() };
        assert_eq!(id.to_string().parse(), Ok(id), "{text}");
        "an id".to_owned()
    });
}

#[test]
fn cursor() {
    let signer = CursorSigner::new([7; 32]);
    let tenant = "01a22783-ceac-76cb-bba8-d5925bf5b816".parse::<TenantId>().expect("a tenant id");
    let issued = signer.seal(tenant, "list", &(1_u64, "x")).map_err(|error| error.code().name).expect("a cursor");
    fuzz(&target("cursor", &["AAAA", "==", "_-"], &[&issued]), |input| {
        let text = String::from_utf8_lossy(input);
        let sent = SentCursor { text: &text, pointer: "/cursor" };
        let opened = signer.open::<(u64, String)>(tenant, "list", sent);
        assert_eq!(opened.is_ok(), text == issued, "only an issued cursor opens: {text}");
        opened.err().map_or("ok", |error| error.code().name).to_owned()
    });
}

#[test]
fn json_body() {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the types matter")]
    struct Sample {
        name: String,
        list: Option<Vec<Sample>>,
        number: Option<u16>,
        any: Option<serde_json::Value>,
    }
    let words = ["\"name\":\"a\"", "\"list\":[{", "\"number\":", "\"any\":{\"a\":", "[["];
    let example = r#"{"name":"a","list":[{"name":"b","number":1}],"any":{"a":[1,2.5e3,null]}}"#;
    fuzz(&target("json_body", &words, &[example]), |input| match body::parse_json::<Sample>(input) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().name.to_owned(),
    });
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[test]
fn gzip_body() {
    const BYTES_MAX: usize = 1 << 20;
    let words = ["\x1f", "\0\0\0\0", "{\"type\":\"EPCISDocument\"}", "\x08\x10", "name\0"];
    let two = [gzip(b"first"), gzip(b"second")].concat();
    let examples = vec![gzip(b"{}"), two, gzip(&vec![b' '; 2 * BYTES_MAX]), gzip(b"").repeat(100)];
    // A byte decodes to at most `GZIP_RATIO_MAX`, and each member takes a decoder of its own.
    fuzz_from(&Target { base_us: 20_000, byte_ns: 2_000, ..target("gzip_body", &words, &[]) }, examples, |input| {
        assert_eq!(decoders::gzip_body(&gzip(input), BYTES_MAX), Ok(input.to_vec()), "what was encoded is decoded");
        match decoders::gzip_body(input, BYTES_MAX) {
            Ok(decoded) => {
                let most = input.len() * body::GZIP_RATIO_MAX + body::GZIP_FREE_BYTES_MAX;
                assert!(decoded.len() <= most.min(BYTES_MAX), "{} bytes decode to {}", input.len(), decoded.len());
                format!("2^{} bytes", decoded.len().checked_ilog2().unwrap_or_default())
            }
            Err(code) => code.to_owned(),
        }
    });
}
