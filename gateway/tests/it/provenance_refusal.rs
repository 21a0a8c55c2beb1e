//! Tests errors below `/epcis` from extractors, layers and handlers. Invariant: the `type` of each problem is the
//! exception that the EPCIS 2.0 REST binding defines.

use crate::{
    harness::{Answer, World, request},
    stack::{bare_event, document},
};
use http::{Method, Request};
use serde_json::{Value, json};

const SECURITY: &str = "epcisException:SecurityException";
const VALIDATION: &str = "epcisException:ValidationException";
const PARAMETER: &str = "epcisException:QueryParameterException";
const ABSENT: &str = "epcisException:NoSuchResourceException";

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str, exception: &str) {
    answer.assert_problem(status, code);
    assert_eq!(answer.json()["type"], exception, "{}", answer.text());
    assert_eq!(answer.header("gs1-epcis-version"), "2.0.0", "{}", answer.text());
}

#[tokio::test]
async fn a_caller_without_credentials_or_scope_gets_the_security_exception_everywhere() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let narrow = world.key(&account, &["tenant:read"]).await;
    let event: Value = serde_json::from_str(&bare_event("urn:uuid:1", "")).expect("JSON");
    for (method, path, body) in [
        (Method::POST, "/epcis/capture", Some(&event)),
        (Method::GET, "/epcis/capture", None),
        (Method::GET, "/epcis/capture/op_0", None),
        (Method::POST, "/epcis/events", Some(&event)),
        (Method::POST, "/epcis/events", Some(&json!({}))),
        (Method::GET, "/epcis/events", None),
        (Method::GET, "/epcis/events/urn%3Auuid%3A1", None),
    ] {
        let call = |bearer| world.send(request(method.clone(), path, bearer, body));
        assert_refused(&call(None).await, 401, "auth.unauthenticated", SECURITY);
        assert_refused(&call(Some("nonsense")).await, 401, "auth.invalid_token", SECURITY);
        assert_refused(&call(Some(&narrow.secret)).await, 403, "auth.insufficient_scope", SECURITY);
    }
}

#[tokio::test]
async fn errors_of_extractors_and_layers_have_the_exception_of_their_status() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    let get = |path: &'static str| world.get(path, &secret);
    assert_refused(&get("/epcis/capture?unknown=1").await, 400, "request.invalid_parameter", PARAMETER);
    assert_refused(&get("/epcis/capture?perPage=0").await, 400, "request.invalid_parameter", PARAMETER);
    assert_refused(&get("/epcis/capture?nextPageToken=x").await, 400, "request.invalid_cursor", PARAMETER);
    assert_refused(&get("/epcis/events?EQ_nothing=1").await, 400, "provenance.invalid_query", PARAMETER);
    assert_refused(&get("/epcis/events/%FF").await, 400, "request.invalid_parameter", PARAMETER);
    assert_refused(&get("/epcis/events/urn%3Auuid%3A1").await, 404, "provenance.unknown_event", ABSENT);
    assert_refused(&get("/epcis/nothing").await, 404, "request.not_found", ABSENT);
    let post = |headers: &[(&str, &str)], body: Vec<u8>| {
        let bearer = format!("Bearer {secret}");
        let mut request = Request::post("/epcis/capture").header("authorization", bearer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(request.body(body.into()).expect("a request"))
    };
    let json = ("content-type", "application/json");
    let limit = "epcisException:CaptureLimitExceededException";
    let answer = post(&[json], vec![b' '; 9 * 1_024 * 1_024]).await;
    assert_refused(&answer, 413, "request.body_too_large", limit);
    assert!(answer.json()["detail"].as_str().is_some_and(|it| it.contains("Split the document")), "{}", answer.text());
    assert_eq!(answer.header("gs1-epcis-capture-limit"), "1000");
    let media_type = "epcisException:UnsupportedMediaTypeException";
    assert_refused(&post(&[], Vec::new()).await, 415, "request.unsupported_media_type", media_type);
    assert_refused(&post(&[json], b"{".to_vec()).await, 400, "request.malformed_json", VALIDATION);
    let twice = post(&[json, ("idempotency-key", "")], b"{}".to_vec()).await;
    assert_refused(&twice, 400, "request.invalid_header", VALIDATION);
    let version = post(&[json, ("gs1-epcis-version", "1.2")], b"{}".to_vec()).await;
    assert_refused(&version, 406, "provenance.not_acceptable", "epcisException:NotAcceptableException");
}

/// A refusal says what to do instead.
#[tokio::test]
async fn a_refusal_names_the_next_step() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    let get = |path: &'static str| world.get(path, &secret);
    for (path, status) in [
        ("/epcis/events/ni:///sha-256;ab?ver=CBV2.0", 404),
        ("/epcis/events/ni%3A%2F%2F%2Fsha-256;ab", 404),
        ("/v1/provenance/events/ni:///sha-256;ab/evidence", 404),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
        assert!(detail.contains("percent-encode") && detail.contains("? is %3F"), "{path}: {detail}");
    }
    // The part behind a bare question mark is a query.
    let half = get("/epcis/events/ni%3A%2F%2F%2Fsha-256%3Bab?ver=CBV2.0").await;
    half.assert_problem(400, "request.invalid_parameter");
    let fault = half.json()["errors"][0].clone();
    assert_eq!(fault["pointer"], "/ver");
    assert!(fault["detail"].as_str().is_some_and(|detail| detail.contains("written as %3F")), "{fault}");
    let plain = get("/v1/nothing").await.json();
    assert!(plain["detail"].as_str().is_some_and(|detail| !detail.contains("percent")), "{plain}");

    let documents: Value = serde_json::from_str(&document(&[bare_event("urn:uuid:1", "")])).expect("JSON");
    for kind in ["EPCISDocument", "EPCISQueryDocument"] {
        let mut sent = documents.clone();
        sent["type"] = json!(kind);
        let answer = world.post("/epcis/events", &secret, &sent).await;
        assert_refused(&answer, 400, "provenance.invalid_document", VALIDATION);
        let fault = &answer.json()["errors"][0];
        assert_eq!(fault["pointer"], "/type");
        assert!(fault["detail"].as_str().is_some_and(|it| it.contains("/epcis/capture")), "{fault}");
    }
    for (data, part) in [
        ("urn:epc:id:sgtin:9506000.013435.1", "a URN has no form here"),
        ("(01)09506000134353", "these digits require 2"),
    ] {
        let answer = world.get(&format!("/v1/provenance/codes?symbol=qr&data={data}"), &secret).await;
        answer.assert_problem(400, "provenance.invalid_digital_link");
        let fault = &answer.json()["errors"][0];
        assert!(fault["detail"].as_str().is_some_and(|it| it.contains(part)), "{fault}");
    }
    let links = json!({ "linkset": [{ "anchor": "https://id.gs1.org/01/09506000134352", "itemDescription": "Rice",
        "https://gs1.org/voc/pip": [{ "href": "brand.example/rice", "title": "Rice" }] }] });
    let mut put = request(Method::PUT, "/v1/provenance/links/%2F01%2F09506000134352", Some(&secret), Some(&links));
    put.headers_mut().insert("content-type", "application/linkset+json".parse().expect("a type"));
    let answer = world.send(put).await;
    answer.assert_problem(400, "provenance.invalid_links");
    let problem = answer.json();
    assert!(problem["detail"].as_str().is_some_and(|it| it.contains("errors")), "{problem}");
    assert_eq!(problem["errors"][0]["pointer"], "/linkset/0/https:~1~1gs1.org~1voc~1pip/0/href");
    assert!(problem["errors"][0]["detail"].as_str().is_some_and(|it| it.contains("begins with https://")), "{problem}");
}
