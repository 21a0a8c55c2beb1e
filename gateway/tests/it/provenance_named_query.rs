//! Tests named queries: stored once, answered as the same query without a name, seen by their tenant alone.

use crate::stack::{Answer, Client, Stack, document, event, segment};
use gateway::provenance::named_query::{NAMED_QUERIES_MAX, NAMED_QUERY_BYTES_MAX, QUERY_NAME_CHARS_MAX};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn create(stack: &Stack, client: &Client, body: &Value) -> Answer {
    stack.send_as(Some(client), Method::POST, "/epcis/queries", &[JSON], body.to_string().as_bytes()).await
}

fn named(name: &str) -> Value {
    json!({ "name": name, "query": { "EQ_bizStep": ["shipping"], "orderDirection": "ASC" } })
}

fn ids(answer: &Answer) -> Vec<Value> {
    answer.events().iter().map(|event| event["eventID"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_query_answers_as_the_query_itself() {
    let stack = Stack::start().await;
    let step = |n: u32| if n.is_multiple_of(2) { "shipping" } else { "packing" };
    let events = (0..7).map(|n| event(&format!("urn:uuid:{n}"), &format!(r#","bizStep":"{}""#, step(n))));
    assert_eq!(stack.capture(document(&events.collect::<Vec<_>>()).as_bytes()).await.status, StatusCode::OK);
    let name = "my query/1";
    let address = format!("/epcis/queries/{}", segment(name));
    // The text is kept as it was sent, spaces and order included.
    let text = r#"{"orderDirection" : "ASC", "EQ_bizStep": ["shipping"],"perPage":3 }"#;
    let body = format!(r#"{{"name":"{name}","query":{text}}}"#);
    let made = stack.send(Method::POST, "/epcis/queries", &[JSON], body.as_bytes()).await;
    assert_eq!((made.status, made.text()), (StatusCode::CREATED, String::new()));
    assert_eq!(made.header("location"), "/epcis/queries/my%20query%2F1");
    assert_eq!(made.header("gs1-epcis-capture-limit"), "", "a query is not a capture");
    let shown = stack.get(made.header("location")).await;
    assert_eq!(shown.text(), format!(r#"{{"name":"{name}","query":{text}}}"#));
    assert_eq!(stack.get("/epcis/queries").await.text(), format!("[{}]", shown.text()));

    let direct = stack.get("/epcis/events?EQ_bizStep=shipping&orderDirection=ASC").await;
    let mut found = Vec::new();
    for (parameters, sizes) in [("", [3, 1]), ("?perPage=2", [2, 2])] {
        let first = stack.get(&format!("{address}/events{parameters}")).await;
        assert_eq!(first.json()["epcisBody"]["queryResults"]["queryName"], name);
        let link = first.header("link").strip_prefix('<').and_then(|it| it.split_once('>')).expect("a next page").0;
        let second = stack.get(link).await;
        assert_eq!([first.events().len(), second.events().len()], sizes);
        assert_eq!(second.header("link"), "");
        found = [ids(&first), ids(&second)].concat();
        assert_eq!(found, ids(&direct));
    }
    assert_eq!(found.len(), 4);
    stack.get(&format!("{address}/events?EQ_action=ADD")).await.problem(400, "request.invalid_parameter");
    stack.get(&format!("{address}/events?nextPageToken=x")).await.problem(400, "request.invalid_cursor");

    assert_eq!(stack.send(Method::DELETE, &address, &[], b"").await.status, StatusCode::NO_CONTENT);
    for (method, uri) in
        [(Method::GET, address.clone()), (Method::DELETE, address.clone()), (Method::GET, format!("{address}/events"))]
    {
        let problem = stack.send(method, &uri, &[], b"").await.problem(404, "provenance.unknown_query");
        assert_eq!(problem["type"], "epcisException:NoSuchNameException", "{uri}");
    }
    assert_eq!(stack.get("/epcis/queries").await.json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_once_in_each_tenant() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    assert_eq!(create(&stack, &stack.tenant, &named("one")).await.status, StatusCode::CREATED);
    let problem = create(&stack, &stack.tenant, &named("one")).await.problem(409, "provenance.query_exists");
    assert_eq!(problem["type"], "epcisException:ResourceAlreadyExistsException");
    assert_eq!(problem["errors"][0]["pointer"], "/name");
    // Another tenant sees nothing of it, and may use the name.
    for (method, uri) in [
        (Method::GET, "/epcis/queries/one"),
        (Method::GET, "/epcis/queries/one/events"),
        (Method::DELETE, "/epcis/queries/one"),
    ] {
        let foreign = stack.send_as(Some(&other), method, uri, &[], b"").await;
        foreign.problem(404, "provenance.unknown_query");
    }
    assert_eq!(stack.send_as(Some(&other), Method::GET, "/epcis/queries", &[], b"").await.json(), json!([]));
    assert_eq!(create(&stack, &other, &named("one")).await.status, StatusCode::CREATED);
    assert_eq!(stack.send_as(Some(&other), Method::DELETE, "/epcis/queries/one", &[], b"").await.status, 204);
    assert_eq!(stack.get("/epcis/queries/one").await.status, StatusCode::OK);

    let retry = [JSON, ("idempotency-key", "k-1")];
    let body = named("two").to_string();
    let first = stack.send(Method::POST, "/epcis/queries", &retry, body.as_bytes()).await;
    let second = stack.send(Method::POST, "/epcis/queries", &retry, body.as_bytes()).await;
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.header("location"), second.header("location"));
    let changed = named("three").to_string();
    let changed = stack.send(Method::POST, "/epcis/queries", &retry, changed.as_bytes()).await;
    changed.problem(422, "idempotency.mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_with_a_fault_is_refused_with_its_place() {
    let stack = Stack::start().await;
    let long = "n".repeat(QUERY_NAME_CHARS_MAX + 1);
    for (body, code, pointer) in [
        (json!({ "name": "a\u{7}", "query": {} }), "provenance.invalid_query", "/name"),
        (json!({ "name": long, "query": {} }), "request.invalid_field", "/name"),
        (json!({ "name": "..", "query": {} }), "request.invalid_field", "/name"),
        (json!({ "name": "a", "query": { "EQ_bizStep": "a\u{7}" } }), "provenance.invalid_query", "/query/EQ_bizStep"),
        (json!({ "name": "a", "query": { "EQ_foo": "a" } }), "provenance.invalid_query", "/query/EQ_foo"),
        (json!({ "name": "a", "query": { "nextPageToken": "a" } }), "provenance.invalid_query", "/query/nextPageToken"),
        (json!({ "query": {} }), "provenance.invalid_query", "/name"),
    ] {
        let problem = create(&stack, &stack.tenant, &body).await.problem(400, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(stack.get("/epcis/queries").await.json(), json!([]), "nothing was stored");
    let twice = br#"{"name":"a","name":"b","query":{}}"#;
    stack.send(Method::POST, "/epcis/queries", &[JSON], twice).await.problem(400, "request.duplicate_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_a_limit_of_queries_and_a_query_of_bytes() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    // Values of 2,000 bytes, and one that fills the rest.
    let sized = |bytes: usize| {
        let body = |values: &str| format!(r#"{{"name":"large","query":{{"EQ_eventID":[{values}]}}}}"#);
        let value = format!("\"{}\",", "x".repeat(2_000));
        let many = value.repeat(8);
        let rest = bytes - body(&many).len() - 2;
        body(&format!("{many}\"{}\"", "y".repeat(rest)))
    };
    let (largest, larger) = (sized(NAMED_QUERY_BYTES_MAX), sized(NAMED_QUERY_BYTES_MAX + 1));
    assert_eq!(largest.len(), NAMED_QUERY_BYTES_MAX);
    let refused = stack.send(Method::POST, "/epcis/queries", &[JSON], larger.as_bytes()).await;
    refused.problem(413, "request.body_too_large");
    let made = stack.send(Method::POST, "/epcis/queries", &[JSON], largest.as_bytes()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());

    for n in 1..NAMED_QUERIES_MAX {
        let made = create(&stack, &stack.tenant, &named(&format!("q{n:03}"))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{n}: {}", made.text());
    }
    create(&stack, &stack.tenant, &named("beyond")).await.problem(409, "provenance.too_many_queries");
    assert_eq!(create(&stack, &other, &named("theirs")).await.status, StatusCode::CREATED, "each tenant has its own");
    let all = stack.get("/epcis/queries?perPage=1000").await;
    assert_eq!((all.json().as_array().map(Vec::len), all.header("link")), (Some(NAMED_QUERIES_MAX as usize), ""));
    let (mut count, mut next) = (0, Some("/epcis/queries?perPage=70".to_owned()));
    while let Some(uri) = next {
        let page = stack.get(&uri).await;
        count += page.json().as_array().expect("a list").len();
        next = page.header("link").strip_prefix('<').and_then(|it| it.split_once('>')).map(|(uri, _)| uri.to_owned());
    }
    assert_eq!(count, NAMED_QUERIES_MAX as usize);
}
