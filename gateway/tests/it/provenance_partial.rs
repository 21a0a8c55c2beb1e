//! Tests captures of which nothing or a part is stored: documents without events, and `proceed` with invalid events.

use crate::stack::{Answer, Stack, document, event};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const PROCEED: [(&str, &str); 3] =
    [("content-type", "application/json"), ("prefer", "wait=20"), ("gs1-capture-error-behaviour", "proceed")];

async fn proceed(stack: &Stack, document: &str) -> Answer {
    stack.send(Method::POST, "/epcis/capture", &PROCEED, document.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn proceed_stores_the_good_events_and_reports_each_bad_one() {
    let stack = Stack::start().await;
    let bad = |extra: &str| event("urn:uuid:bad", extra);
    let events = [
        bad(",\"bizStep\":\"flying\""),
        event("urn:uuid:a", ""),
        bad("").replace("2026-01-01T00:00:00Z", "yesterday"),
        "7".to_owned(),
        event("urn:uuid:b", ""),
        bad(",\"bizStep\":1,\"disposition\":2,\"readPoint\":3,\"bizLocation\":4"),
    ];
    let answer = proceed(&stack, &document(&events)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let job = answer.json();
    assert_eq!((&job["running"], &job["success"]), (&json!(false), &json!(false)), "{job}");
    assert_eq!(job["captureErrorBehaviour"], "proceed");
    let pointers: Vec<&str> =
        job["errors"].as_array().expect("errors").iter().filter_map(|e| e["pointer"].as_str()).collect();
    for (index, count) in [(0, 1), (2, 1), (3, 1), (5, 3)] {
        let at = format!("/epcisBody/eventList/{index}");
        assert_eq!(pointers.iter().filter(|pointer| pointer.starts_with(&at)).count(), count, "{pointers:?}");
    }
    assert!(
        job["errors"].as_array().expect("errors").iter().all(|e| e["type"] == "epcisException:ValidationException")
    );
    let ids: Vec<Value> = stack.get("/epcis/events").await.events().iter().map(|it| it["eventID"].clone()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    let location = answer.header("location").to_owned();
    assert_eq!(stack.get(&location).await.json()["errors"], job["errors"], "the job is stored");
    let operation = stack.get(&location.replace("/epcis/capture", "/v1/operations")).await.json();
    let at: Vec<&str> =
        operation["commands"].as_array().expect("commands").iter().filter_map(|it| it["pointer"].as_str()).collect();
    assert_eq!(at, ["/epcisBody/eventList/1", "/epcisBody/eventList/4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_valid_events_is_decided_at_once() {
    let stack = Stack::start().await;
    let all_bad: Vec<String> = (0..300).map(|n| event(&format!("urn:uuid:{n}"), ",\"bizStep\":7")).collect();
    let answer = proceed(&stack, &document(&all_bad)).await;
    let job = answer.json();
    assert_eq!((answer.status, &job["running"], &job["success"]), (StatusCode::OK, &json!(false), &json!(false)));
    assert_eq!(job["errors"].as_array().expect("errors").len(), 300, "every bad event is reported");
    let broken = document(&[event("urn:uuid:1", "")]).replace("EPCISDocument", "Other");
    assert_eq!(proceed(&stack, &broken).await.status, StatusCode::BAD_REQUEST);
    let problem = stack.capture(document(&all_bad[..1]).as_bytes()).await;
    problem.problem(400, "provenance.invalid_document");
    assert_eq!(stack.get("/epcis/events").await.events().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_without_events_is_a_job_with_nothing_to_do() {
    let stack = Stack::start().await;
    let json = [("content-type", "application/json")];
    let empty = document(&[]);
    for headers in [&json[..], &PROCEED] {
        let answer = stack.send(Method::POST, "/epcis/capture", headers, empty.as_bytes()).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        let job = stack.get(answer.header("location")).await.json();
        assert_eq!((&job["running"], &job["success"], &job["errors"]), (&json!(false), &json!(true), &json!([])));
        assert!(job["finishedAt"].is_string(), "{job}");
    }
    let answer = stack.send(Method::POST, "/epcis/capture", &json, empty.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(stack.get("/epcis/events").await.events().len(), 0);
    // The empty answer of another repository can be handed in.
    let answer = stack.get("/epcis/events").await;
    assert_eq!(stack.capture(&answer.body).await.json()["success"], true);
    let keyed = [json[0], ("idempotency-key", "empty")];
    let first = stack.send(Method::POST, "/epcis/capture", &keyed, empty.as_bytes()).await;
    let again = stack.send(Method::POST, "/epcis/capture", &keyed, empty.as_bytes()).await;
    assert_eq!(first.header("location"), again.header("location"));
}
