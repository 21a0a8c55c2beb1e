//! Tests captures: valid events are returned unchanged. An invalid document is refused whole, with pointers to its
//! faults, and nothing is stored.

use crate::stack::{Stack, bare_event, data, document, event, files, segment};
use http::{Method, StatusCode};
use serde_json::Value;

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

fn documents(kind: &str) -> Vec<std::path::PathBuf> {
    let folder = data(&format!("epcis/openepcis-test-resources/2.0/EPCIS/JSON/Capture/{kind}"));
    files(&folder, &[".json", ".jsonld"])
}

fn events_of(document: &Value) -> Vec<Value> {
    let body = &document["epcisBody"];
    let list = body.get("eventList").or_else(|| body["queryResults"]["resultsBody"].get("eventList"));
    list.and_then(Value::as_array).expect("a list of events").clone()
}

/// The event without the members that a repository sets itself or that concern contexts.
fn bare(event: &Value) -> Value {
    let mut event = event.clone();
    let members = event.as_object_mut().expect("an object");
    members.remove("recordTime");
    members.remove("@context");
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn every_valid_document_is_captured_and_comes_back_equal() {
    let stack = Stack::start().await;
    let documents = documents("Documents");
    assert!(documents.len() > 20, "{}", documents.len());
    for path in documents {
        let text = std::fs::read(&path).expect("readable");
        let sent: Value = serde_json::from_slice(&text).expect("JSON");
        let answer = stack.capture(&text).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", path.display(), answer.text());
        let job = answer.json();
        assert_eq!((&job["running"], &job["success"]), (&false.into(), &true.into()), "{}: {job}", path.display());
        for event in events_of(&sent) {
            let Some(id) = event["eventID"].as_str() else { continue };
            let found = stack.get(&format!("/epcis/events/{}", segment(id))).await.events();
            assert!(found.iter().any(|found| bare(found) == bare(&event)), "{}: {id}", path.display());
        }
        let without_id: Vec<_> = events_of(&sent).into_iter().filter(|event| event["eventID"].is_null()).collect();
        if !without_id.is_empty() {
            let newest = stack.get("/epcis/events?perPage=1000&orderBy=recordTime").await.events();
            for event in without_id {
                let found = newest.iter().any(|found| {
                    let mut found = bare(found);
                    found.as_object_mut().expect("an object").remove("eventID");
                    found == bare(&event)
                });
                assert!(found, "{}: {event}", path.display());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_invalid_document_is_refused_with_a_pointer_and_nothing_is_stored() {
    let stack = Stack::start().await;
    let documents = documents("Invalid");
    assert!(!documents.is_empty());
    for path in documents {
        let answer = stack.capture(&std::fs::read(&path).expect("readable")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}: {}", path.display(), answer.text());
        let problem = answer.json();
        let errors = problem["errors"].as_array().expect("faults");
        assert!(errors.iter().any(|error| error["pointer"] != ""), "{}: {problem}", path.display());
        assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("epcisException:")), "{problem}");
    }
    assert_eq!(stack.operation_count().await, 0);
    assert_eq!(stack.get("/epcis/events").await.events().len(), 0);
}

/// The EPC of the fixture's event, as in its document.
const EPC: &str = "\"urn:epc:id:sgtin:4012345.011111.9876\"";

/// A list of `count` EPCs that occur in no other list.
fn epc_list(list: u32, count: u32) -> String {
    let epcs: Vec<_> = (0..count).map(|n| format!("\"urn:epc:id:sgtin:4012345.011111.{list}0{n}\"")).collect();
    epcs.join(",")
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_clear_problem_and_leaves_nothing() {
    let stack = Stack::start().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let crowded = event("urn:uuid:1", "").replace(EPC, &epc_list(1, 1_001));
    let too_many: Vec<_> = (0..1_001).map(|n| event(&format!("urn:uuid:{n}"), "")).collect();
    let table = [
        ("{\"a\":".to_owned(), 400, "request.malformed_json", ""),
        (deep, 400, "request.json_too_deep", ""),
        ("{\"a\":1,\"a\":2}".to_owned(), 400, "request.duplicate_key", "/a"),
        (
            document(&[event("urn:uuid:1", ",\"bizStep\":7")]),
            400,
            "provenance.invalid_document",
            "/epcisBody/eventList/0/bizStep",
        ),
        (
            document(&[event("urn:uuid:1", ",\"bizStep\":\"flying\"")]),
            400,
            "provenance.invalid_document",
            "/epcisBody/eventList/0/bizStep",
        ),
        (document(&[crowded]), 400, "provenance.invalid_document", "/epcisBody/eventList/0"),
        (document(&too_many), 413, "provenance.too_many_events", "/epcisBody/eventList"),
    ];
    for (body, status, code, pointer) in table {
        let problem = stack.send(Method::POST, "/epcis/capture", &JSON, body.as_bytes()).await.problem(status, code);
        let found = problem["errors"][0]["pointer"].as_str().expect("a pointer");
        assert!(found.starts_with(pointer), "{code}: {found}");
    }
    let heavy: Vec<_> = (0..30).map(|n| event(&format!("urn:uuid:{n}"), "").replace(EPC, &epc_list(n, 900))).collect();
    let problem = stack.send(Method::POST, "/epcis/capture", &JSON, document(&heavy).as_bytes()).await;
    let problem = problem.problem(413, "ledger.too_much_work");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("Send it in parts")), "{problem}");
    let large = vec![b' '; 100 * 1_024 * 1_024];
    let problem = stack.send(Method::POST, "/epcis/capture", &JSON, &large).await;
    problem.problem(413, "request.body_too_large");
    let text = [("content-type", "text/plain")];
    stack.send(Method::POST, "/epcis/capture", &text, b"a").await.problem(415, "request.unsupported_media_type");
    let behaviour = [("content-type", "application/json"), ("gs1-capture-error-behaviour", "ignore")];
    stack.send(Method::POST, "/epcis/capture", &behaviour, b"{}").await.problem(406, "provenance.not_acceptable");
    let version = [("gs1-epcis-version", "1.1")];
    stack.send(Method::GET, "/epcis/events", &version, b"").await.problem(406, "provenance.not_acceptable");
    let unknown = stack.get("/epcis/events?EQ_nothing=1").await.problem(400, "provenance.invalid_query");
    assert_eq!(unknown["errors"][0]["pointer"], "/EQ_nothing");
    assert_eq!(stack.operation_count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_event_rolls_the_whole_document_back() {
    let stack = Stack::start().await;
    let bad = document(&[event("urn:uuid:a", ""), event("urn:uuid:b", ",\"disposition\":\"lost in space\"")]);
    let problem = stack.capture(bad.as_bytes()).await.problem(400, "provenance.invalid_document");
    assert_eq!(problem["errors"][0]["pointer"], "/epcisBody/eventList/1/disposition");
    assert_eq!(stack.get("/epcis/events").await.events().len(), 0);
    stack.get("/epcis/events/urn%3Auuid%3Aa").await.problem(404, "provenance.unknown_event");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_event_is_captured_once_and_a_repeated_request_gets_its_answer_again() {
    let stack = Stack::start().await;
    let body = bare_event("urn:uuid:0001", "");
    let keyed = [("content-type", "application/json"), ("idempotency-key", "k1")];
    let first = stack.send(Method::POST, "/epcis/events", &keyed, body.as_bytes()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    assert_eq!(first.header("location"), "/epcis/events/urn%3Auuid%3A0001");
    let recorded = first.json();
    let sent: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((bare(&recorded), &recorded["@context"]), (bare(&sent), &sent["@context"]));
    assert!(recorded["recordTime"].is_string(), "{recorded}");
    let again = stack.send(Method::POST, "/epcis/events", &keyed, body.as_bytes()).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::CREATED, first.header("location")));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = bare_event("urn:uuid:0002", "");
    stack.send(Method::POST, "/epcis/events", &keyed, other.as_bytes()).await.problem(422, "idempotency.mismatch");
    let conflict = stack.send(Method::POST, "/epcis/events", &JSON, body.as_bytes()).await;
    let problem = conflict.problem(409, "provenance.event_exists");
    assert_eq!(problem["type"], "epcisException:ResourceAlreadyExistsException");
    assert_eq!(stack.get(first.header("location")).await.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_is_accepted_first_and_its_job_reports_the_outcome() {
    let stack = Stack::start().await;
    let answer =
        stack.send(Method::POST, "/epcis/capture", &JSON, document(&[event("urn:uuid:1", "")]).as_bytes()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    assert_eq!(answer.header("gs1-epcis-capture-limit"), "1000");
    assert_eq!(answer.header("gs1-epcis-version"), "2.0.0");
    let location = answer.header("location").to_owned();
    let id = location.rsplit('/').next().expect("an id");
    let operation =
        stack.send(Method::GET, &format!("/v1/operations/{id}"), &[("prefer", "wait=20")], b"").await.json();
    assert_eq!(operation["status"], "final", "{operation}");
    let job = stack.get(&location).await.json();
    assert_eq!((&job["captureID"], &job["running"], &job["success"]), (&id.into(), &false.into(), &true.into()));
    assert_eq!(job["captureErrorBehaviour"], "rollback");
    let jobs = stack.get("/epcis/capture").await.json();
    assert_eq!(jobs.as_array().expect("a list").len(), 1);
    let options = stack.send(Method::OPTIONS, "/epcis/capture", &[], b"").await;
    assert_eq!((options.status, options.header("allow")), (StatusCode::NO_CONTENT, "GET, POST, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_and_its_error_declaration_are_found_under_one_id() {
    let stack = Stack::start().await;
    let declaration = r#","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","reason":"incorrect_data"}"#;
    let both = document(&[event("urn:uuid:1", ""), event("urn:uuid:1", declaration)]);
    assert_eq!(stack.capture(both.as_bytes()).await.status, StatusCode::OK);
    let events = stack.get("/epcis/events/urn%3Auuid%3A1").await.events();
    assert_eq!(events.len(), 2);
    assert!(events[0]["errorDeclaration"].is_null() && events[1]["errorDeclaration"].is_object());
    // The same content again adds nothing.
    assert_eq!(stack.capture(both.as_bytes()).await.json()["success"], true);
    assert_eq!(stack.get("/epcis/events/urn%3Auuid%3A1").await.events().len(), 2);
}
