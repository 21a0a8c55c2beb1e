//! Sends control characters in every parameter and every field that the OpenAPI document names, of all domains.
//! Invariant: the answer is a problem that points at the place, never an internal failure.

use crate::harness::{Answer, World, request};
use http::{Method, Request, header};
use serde_json::{Map, Value, json};

/// The parameters of a kind, as their names.
fn parameters(operation: &Value, kind: &str) -> Vec<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(|one| one["in"] == kind).filter_map(|one| one["name"].as_str()).map(str::to_owned).collect()
}

fn concrete(path: &str, value: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { value } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The names of the members of a JSON body, from the schema that the document names.
fn members(document: &Value, operation: &Value) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let schema = name.map_or(schema, |name| &document["components"]["schemas"][name]);
    schema["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

#[track_caller]
fn assert_refused(answer: &Answer, place: &str) {
    assert!((400..500).contains(&answer.status.as_u16()), "{place}: {} {}", answer.status, answer.text());
    assert_ne!(answer.status, 401, "{place}: the check was not reached");
}

#[tokio::test]
async fn a_control_character_anywhere_is_a_problem() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    let document: Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
    let (mut sent, epcis) = (0, |path: &str| path.starts_with("/epcis"));
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let place = format!("{method} {path}");
            let body = (method != Method::GET).then(|| json!({}));
            for bad in ["%00", "a%00b", "%1F", "%7f", "%C2%85", "%FF"] {
                if path.contains('{') {
                    let at = concrete(path, bad);
                    let answer = world.send(request(method.clone(), &at, Some(&secret), body.as_ref())).await;
                    assert_refused(&answer, &format!("{place} as {at}"));
                    sent += 1;
                }
                for name in parameters(operation, "query").into_iter().chain(["unknown".to_owned()]) {
                    let at = format!("{}?{name}={bad}", concrete(path, "0"));
                    let answer = world.send(request(method.clone(), &at, Some(&secret), body.as_ref())).await;
                    assert_refused(&answer, &at);
                    assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{name}"), "{at}: {}", answer.text());
                    let is_exception =
                        answer.json()["type"].as_str().is_some_and(|it| it.starts_with("epcisException:"));
                    assert_eq!(is_exception, epcis(path), "{at}");
                    sent += 1;
                }
            }
            if method == Method::GET || operation["requestBody"]["content"].get("application/json").is_none() {
                continue;
            }
            for member in members(&document, operation) {
                for bad in ["\0", "a\0b"] {
                    for value in [json!(bad), json!([bad]), json!({ "a": bad })] {
                        let body = json!({ member.clone(): value });
                        let at = concrete(path, "0");
                        let answer = world.send(request(method.clone(), &at, Some(&secret), Some(&body))).await;
                        assert!(answer.status.as_u16() < 500, "{place} {body}: {}", answer.text());
                        sent += 1;
                    }
                }
            }
        }
    }
    assert!(sent > 500, "{sent}");
}

#[tokio::test]
async fn a_control_character_in_a_query_of_events_is_a_problem() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    for name in [
        "EQ_bizStep",
        "EQ_disposition",
        "EQ_readPoint",
        "EQ_bizLocation",
        "EQ_eventID",
        "MATCH_epc",
        "MATCH_anyEPC",
        "MATCH_epcClass",
        "MATCH_anyEPCClass",
        "MATCH_parentID",
        "nextPageToken",
    ] {
        for bad in ["\0", "urn:x\0", "\u{1b}"] {
            let body = json!({ "query": { name: bad } });
            let answer = world.post("/epcis/events", &secret, &body).await;
            answer.assert_problem(400, "provenance.invalid_query");
            assert_eq!(answer.json()["errors"][0]["pointer"], format!("/query/{name}"));
        }
    }
}

/// In a GraphQL document a character can be written as an escape of GraphQL, or be in a variable.
#[tokio::test]
async fn a_control_character_in_graphql_is_no_internal_failure() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    for (fields, argument) in [
        ("event(id: X) { eventId }", "String!"),
        ("event(id: X) { evidence }", "String!"),
        ("identifier(epc: X) { events { nodes { eventId } } }", "String!"),
        ("identifier(epc: X) { evidence }", "String!"),
        ("events(after: X) { nodes { eventId } }", "String"),
        ("events(filter: { EQ_bizStep: [X] }) { nodes { eventId } }", "String!"),
        ("events(filter: { EQ_eventID: [X] }) { nodes { eventId } }", "String!"),
        ("events(filter: { MATCH_anyEPC: [X] }) { nodes { eventId } }", "String!"),
        ("events(filter: { GE_eventTime: X }) { nodes { eventId } }", "String"),
        ("operation(id: X) { id }", "String!"),
    ] {
        for bad in ["\0", "urn:x\0", "\u{1f}"] {
            let literal = serde_json::to_string(bad).expect("a string");
            let inline = json!({ "query": format!("{{ {} }}", fields.replace('X', &literal)) });
            let variable = json!({
                "query": format!("query($x: {argument}) {{ {} }}", fields.replace('X', "$x")), "variables": { "x": bad },
            });
            for body in [inline, variable] {
                let answer = world.post("/graphql", &secret, &body).await;
                assert!(answer.status.as_u16() < 500, "{body}: {}", answer.text());
                assert!(!answer.text().contains("internal.failure"), "{body}: {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn a_control_character_in_a_form_or_a_header_is_no_internal_failure() {
    let world = World::start().await;
    for form in
        ["grant_type=client_credentials&client_id=%00&client_secret=%00", "grant_type=%00", "%00=1", "scope=%00"]
    {
        let request = Request::post("/oauth/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.to_owned().into())
            .expect("a request");
        let answer = world.send(request).await;
        assert!((400..500).contains(&answer.status.as_u16()), "{form}: {}", answer.text());
    }
}
