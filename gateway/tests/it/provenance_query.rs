//! Tests queries: REST and GraphQL return the same events, and pages neither overlap nor skip events. A tenant reads
//! its own writes.

use crate::stack::{Stack, document, event, segment};
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn with_events(count: u32) -> Stack {
    let stack = Stack::start().await;
    let events: Vec<_> = (0..count)
        .map(|n| {
            let step = if n % 2 == 0 { "shipping" } else { "receiving" };
            event(&format!("urn:uuid:{n:04}"), &format!(",\"bizStep\":\"{step}\""))
                .replace("2026-01-01T00:00:00Z", &format!("2026-01-01T00:{:02}:00Z", n % 60))
        })
        .collect();
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    stack
}

fn ids(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| event["eventID"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_and_graphql_find_the_same() {
    let stack = with_events(12).await;
    let lot = "urn:epc:id:sgtin:4012345.011111.9876";
    let table: [(&str, String); 6] = [
        ("", String::new()),
        ("EQ_bizStep=shipping", "EQ_bizStep:[\"shipping\"]".to_owned()),
        (
            "GE_eventTime=2026-01-01T00:05:00Z&orderDirection=ASC",
            "GE_eventTime:\"2026-01-01T00:05:00Z\",orderDirection:\"ASC\"".to_owned(),
        ),
        (
            "MATCH_anyEPC=urn:epc:id:sgtin:4012345.011111.9876&EQ_bizStep=receiving",
            format!("MATCH_anyEPC:[\"{lot}\"],EQ_bizStep:[\"receiving\"]"),
        ),
        ("EQ_eventID=urn:uuid:0003|urn:uuid:0004", "EQ_eventID:[\"urn:uuid:0003\",\"urn:uuid:0004\"]".to_owned()),
        ("EQ_action=ADD", "EQ_action:[\"ADD\"]".to_owned()),
    ];
    for (rest, filter) in table {
        let by_rest = ids(&stack.get(&format!("/epcis/events?perPage=100&{rest}")).await.events());
        let query =
            format!("{{ events(first: 100, filter: {{{filter}}}) {{ nodes {{ eventId bizStep document }} }} }}");
        let nodes = stack.graphql(&query).await["events"]["nodes"].clone();
        let by_graphql: Vec<_> = nodes.as_array().expect("nodes").iter().map(|it| it["eventId"].clone()).collect();
        assert_eq!(json!(by_rest), json!(by_graphql), "{rest}");
        let body = match rest {
            "EQ_bizStep=shipping" => json!({"query": {"EQ_bizStep": ["shipping"], "perPage": 100}}),
            _ => continue,
        };
        let headers = [("content-type", "application/json")];
        let posted = stack.send(Method::POST, "/epcis/events", &headers, body.to_string().as_bytes()).await;
        assert_eq!(ids(&posted.events()), by_rest);
    }
    let one = stack
        .graphql(
            "{ event(id: \"urn:uuid:0003\") { eventId recordTime shard height } none: event(id: \"x\") { eventId } }",
        )
        .await;
    assert_eq!((&one["event"]["eventId"], &one["none"]), (&json!("urn:uuid:0003"), &Value::Null));
    let query =
        format!("{{ identifier(epc: \"{lot}\") {{ canonical events(first: 100) {{ nodes {{ eventId }} }} }} }}");
    let identifier = stack.graphql(&query).await["identifier"].clone();
    assert_eq!(identifier["canonical"], "https://id.gs1.org/01/04012345111118/21/9876");
    assert_eq!(identifier["events"]["nodes"].as_array().expect("nodes").len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_overlap_nor_skip_events() {
    let stack = with_events(25).await;
    let all = ids(&stack.get("/epcis/events?perPage=1000").await.events());
    let mut paged = Vec::new();
    let mut next = Some("/epcis/events?perPage=7".to_owned());
    while let Some(uri) = next {
        let answer = stack.get(&uri).await;
        paged.extend(ids(&answer.events()));
        let link = answer.header("link");
        next =
            link.strip_prefix('<').and_then(|link| link.split_once(">; rel=\"next\"")).map(|(uri, _)| uri.to_owned());
    }
    assert_eq!(paged, all);
    let first = stack.get("/epcis/events?perPage=7").await;
    let token =
        first.header("link").split("nextPageToken=").nth(1).expect("a token").split('>').next().expect("a token");
    let stolen = format!("/epcis/events?perPage=7&EQ_action=OBSERVE&nextPageToken={token}");
    let refused = stack.get(&stolen).await.problem(400, "request.invalid_cursor");
    assert_eq!(refused["errors"][0]["pointer"], "/nextPageToken");
    assert_eq!(stack.get("/epcis/events?eventCountLimit=3&perPage=2&orderBy=eventTime").await.events().len(), 2);
    let unordered = stack.get("/epcis/events?eventCountLimit=1").await.problem(400, "provenance.invalid_query");
    assert_eq!(unordered["type"], "epcisException:QueryParameterException");
    stack.get("/epcis/events?maxEventCount=3").await.problem(413, "provenance.query_too_large");
    let query = "{ events(first: 10) { edges { cursor } pageInfo { hasNextPage endCursor } } }";
    let page = stack.graphql(query).await["events"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let after = page["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let query =
        format!("{{ events(first: 100, after: \"{after}\") {{ nodes {{ eventId }} pageInfo {{ hasNextPage }} }} }}");
    let rest = stack.graphql(&query).await["events"].clone();
    assert_eq!((rest["nodes"].as_array().expect("nodes").len(), &rest["pageInfo"]["hasNextPage"]), (15, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_page_token_is_refused_under_the_name_that_the_client_sent() {
    let stack = Stack::start().await;
    let json = [("content-type", "application/json")];
    for (path, pointer) in [
        ("/epcis/events?nextPageToken=x", "/nextPageToken"),
        ("/epcis/capture?nextPageToken=x", "/nextPageToken"),
        ("/v1/operations?cursor=x", "/cursor"),
    ] {
        let refused = stack.get(path).await.problem(400, "request.invalid_cursor");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{path}");
    }
    for (body, pointer) in [
        (json!({ "nextPageToken": "x" }), "/nextPageToken"),
        (json!({ "query": { "nextPageToken": "x" } }), "/query/nextPageToken"),
    ] {
        let answer = stack.send(Method::POST, "/epcis/events", &json, body.to_string().as_bytes()).await;
        let refused = answer.problem(400, "request.invalid_cursor");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body}");
    }
    for query in [
        "{ events(after: \"x\") { nodes { eventId } } }",
        "{ identifier(epc: \"urn:x:1\") { events(after: \"x\") { nodes { eventId } } } }",
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = stack.send(Method::POST, "/graphql", &json, body.as_bytes()).await.json();
        let error = &answer["errors"][0]["extensions"];
        assert_eq!(error["code"], "request.invalid_cursor", "{answer}");
        assert_eq!(error["errors"][0]["pointer"], "/after", "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_event_looks_the_same_as_an_unknown_one() {
    let stack = with_events(1).await;
    let other = stack.another_tenant().await;
    let id = segment("urn:uuid:0000");
    let operation = stack.get("/v1/operations").await.json()["items"][0]["id"].as_str().expect("an id").to_owned();
    // The last digit of an operation's id is random.
    let (rest, last) = operation.split_at(operation.len() - 1);
    let absent = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    for (uri, present, absent, code) in [
        (format!("/epcis/events/{id}"), &*id, "unknown", "provenance.unknown_event"),
        (format!("/v1/provenance/events/{id}/evidence"), &id, "unknown", "provenance.unknown_event"),
        (format!("/v1/operations/{operation}"), &operation, &absent, "operation.unknown_operation"),
        (format!("/epcis/capture/{operation}"), &operation, &absent, "provenance.unknown_capture"),
    ] {
        let unknown = uri.replace(present, absent);
        assert_ne!(unknown, uri);
        let foreign = stack.send_as(Some(&other), Method::GET, &uri, &[], b"").await;
        let unknown = stack.send_as(Some(&other), Method::GET, &unknown, &[], b"").await;
        assert_eq!(foreign.problem(404, code)["detail"], unknown.problem(404, code)["detail"], "{uri}");
    }
    let answer = stack.send_as(Some(&other), Method::GET, "/epcis/events", &[], b"").await;
    assert_eq!(answer.events().len(), 0);
    stack.send_as(None, Method::GET, "/epcis/events", &[], b"").await.problem(401, "auth.unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_reports_its_height_and_waits_for_a_requested_one() {
    let stack = with_events(1).await;
    let height = stack.get("/epcis/events").await.header("waymark-height").to_owned();
    let fresh = stack.send(Method::GET, "/epcis/events", &[("waymark-min-height", &height)], b"").await;
    assert_eq!(fresh.events().len(), 1, "{height}");
    let wrong = [("waymark-min-height", "7=1")];
    stack.send(Method::GET, "/epcis/events", &wrong, b"").await.problem(400, "request.invalid_header");
    let far = [("waymark-min-height", "0=1000000")];
    let behind = stack.send(Method::GET, "/epcis/events", &far, b"").await;
    behind.problem(503, "ledger.index_behind");
    assert_eq!(behind.header("retry-after"), "1");
}
