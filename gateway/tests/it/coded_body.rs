//! Tests bodies in gzip: they have the effect of the same bytes without it, and their limits are those of the route.

use crate::stack::{Stack, bare_event, document, event};
use flate2::{Compression, write::GzEncoder};
use gateway::budget::BODY_KIB_MAX;
use http::{Method, StatusCode};
use std::io::Write as _;

const JSON: (&str, &str) = ("content-type", "application/json");
const GZIP: (&str, &str) = ("content-encoding", "gzip");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_gzip_is_the_request_that_it_is_without() {
    let stack = Stack::start().await;
    let events: Vec<String> = (0..200).map(|n| event(&format!("urn:uuid:{n}"), ",\"bizStep\":\"shipping\"")).collect();
    let plain = document(&events);
    let coded = gzip(plain.as_bytes());
    assert!(coded.len() * 10 < plain.len(), "{} of {}", coded.len(), plain.len());
    let headers = [JSON, ("prefer", "wait=20"), ("idempotency-key", "k1"), GZIP];
    let first = stack.send(Method::POST, "/epcis/capture", &headers, &coded).await;
    assert_eq!((first.status, &first.json()["success"]), (StatusCode::OK, &true.into()), "{}", first.text());
    // The same key: the bytes count as they are without the coding, whichever way they came.
    for (headers, body) in [(&headers[..], gzip(plain.as_bytes())), (&headers[..3], plain.clone().into_bytes())] {
        let again = stack.send(Method::POST, "/epcis/capture", headers, &body).await;
        assert_eq!(again.header("idempotency-replayed"), "true", "{}", again.text());
        assert_eq!(again.header("location"), first.header("location"));
    }
    let other = stack.send(Method::POST, "/epcis/capture", &headers, &gzip(document(&events[..1]).as_bytes())).await;
    other.problem(422, "idempotency.mismatch");
    assert_eq!(stack.get("/epcis/events?perPage=1000").await.events().len(), 200);
    let alone = [JSON, ("content-encoding", "x-gzip")];
    let one = stack.send(Method::POST, "/epcis/events", &alone, &gzip(bare_event("urn:uuid:one", "").as_bytes())).await;
    assert_eq!(one.status, StatusCode::CREATED, "{}", one.text());
    let xml = crate::xml::xml_document(&crate::xml::xml_event("urn:uuid:xml", ""));
    let headers = [crate::xml::XML, ("prefer", "wait=20"), GZIP];
    let captured = stack.send(Method::POST, "/epcis/capture", &headers, &gzip(xml.as_bytes())).await;
    assert_eq!((captured.status, &captured.json()["success"]), (StatusCode::OK, &true.into()), "{}", captured.text());
    let query = gzip(br#"{"query":"{ event(id: \"urn:uuid:xml\") { eventId } }"}"#);
    let answer = stack.send(Method::POST, "/graphql", &[JSON, GZIP], &query).await.json();
    assert_eq!(answer["data"]["event"]["eventId"], "urn:uuid:xml", "{answer}");
    drop((first, one, captured));
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
}

/// The limit of a route is that of the decoded bytes. A bomb ends early, and nothing of it stays in memory.
#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_is_refused_at_the_limit_and_its_memory_given_back() {
    let stack = Stack::start().await;
    let limit: usize = stack
        .send(Method::OPTIONS, "/epcis/capture", &[], b"")
        .await
        .header("gs1-epcis-capture-file-size-limit")
        .parse()
        .expect("a number");
    // Bytes that no coding makes much shorter, so that the ratio is not reached.
    let mut state = 1_u64;
    let mut noise = |count: usize| -> Vec<u8> {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b'a' + u8::try_from(state >> 59).expect("five bits") % 26
        };
        (0..count).map(|_| next()).collect()
    };
    let dense = gzip(&vec![b' '; 64 * 1_024 * 1_024]);
    assert!(dense.len() < 128 * 1_024, "{}", dense.len());
    let (at, above) = (gzip(&noise(limit)), gzip(&noise(limit + 1)));
    for (kind, sent, status, code) in [
        ("application/json", &at, 400, "request.malformed_json"),
        ("application/json", &above, 413, "request.body_too_large"),
        ("application/xml", &above, 413, "request.body_too_large"),
        ("application/json", &dense, 413, "request.body_too_large"),
        ("application/xml", &dense, 413, "request.body_too_large"),
    ] {
        for uri in ["/epcis/capture", "/epcis/events"] {
            let headers = [("content-type", kind), ("accept", "application/json"), GZIP];
            let answer = stack.send(Method::POST, uri, &headers, sent).await;
            let problem = answer.problem(status, code);
            // A document that is too dense need not be split.
            let is_dense = problem["detail"].as_str().is_some_and(|detail| detail.starts_with("In gzip"));
            assert_eq!(is_dense, *sent == dense, "{uri}: {problem}");
        }
        assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
    }
    let small = gzip(format!("{{\"name\":\"a\"{}}}", " ".repeat(65_536)).as_bytes());
    for uri in ["/v1/api-keys", "/v1/members", "/graphql"] {
        stack.send(Method::POST, uri, &[JSON, GZIP], &small).await.problem(413, "request.body_too_large");
    }
    assert_eq!(stack.operation_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_gzip_and_other_codings_are_refused_on_every_route() {
    let stack = Stack::start().await;
    let good = gzip(bare_event("urn:uuid:1", "").as_bytes());
    for uri in ["/epcis/capture", "/epcis/events", "/v1/members", "/v1/api-keys", "/graphql", "/oauth/token"] {
        let kind = if uri == "/oauth/token" { "application/x-www-form-urlencoded" } else { "application/json" };
        for bad in [&b"{}"[..], b"", &good[..good.len() - 1], &[&good[..], b"{}"].concat()] {
            let answer = stack.send(Method::POST, uri, &[("content-type", kind), GZIP], bad).await;
            let problem = answer.problem(400, "request.malformed_gzip");
            let is_epcis = uri.starts_with("/epcis");
            assert_eq!(problem["type"] == "epcisException:ValidationException", is_epcis, "{problem}");
        }
        for coding in ["br", "deflate", "gzip, gzip", "gzip, br", "aws-chunked"] {
            let headers = [("content-type", kind), ("content-encoding", coding)];
            let answer = stack.send(Method::POST, uri, &headers, &good).await;
            let problem = answer.problem(415, "request.unsupported_media_type");
            assert_eq!(problem["errors"][0]["pointer"], "/Content-Encoding", "{uri} {coding}");
            assert_eq!(answer.header("accept-encoding"), "gzip, identity", "{uri} {coding}");
        }
    }
    assert_eq!(stack.operation_count().await, 0);
    let headers = [JSON, ("content-encoding", "identity")];
    let answer = stack.send(Method::POST, "/epcis/events", &headers, bare_event("urn:uuid:1", "").as_bytes()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}
