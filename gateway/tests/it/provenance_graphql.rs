//! Tests the GraphQL fields about resources, named queries and links: they answer what REST answers, to the same
//! callers, and their cost is known before they run.

use crate::stack::{Client, Stack, document, event, segment};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const GTIN: &str = "/01/09506000134352";
/// The GraphQL name and the REST name of each list.
const LISTS: [(&str, &str); 6] = [
    ("EVENT_TYPES", "eventTypes"),
    ("EPCS", "epcs"),
    ("BIZ_STEPS", "bizSteps"),
    ("BIZ_LOCATIONS", "bizLocations"),
    ("READ_POINTS", "readPoints"),
    ("DISPOSITIONS", "dispositions"),
];

/// The answer to a query, which may have errors.
async fn ask(stack: &Stack, client: &Client, query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let answer = stack.send_as(Some(client), Method::POST, "/graphql", &[JSON], body.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn with_events() -> Stack {
    let stack = Stack::start().await;
    let place = r#""readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"},"bizLocation":{"id":"urn:ex:dock"}"#;
    let events = [
        event("urn:uuid:1", &format!(r#","bizStep":"shipping","disposition":"in_transit",{place}"#)),
        event("urn:uuid:2", r#","bizStep":"packing","disposition":"active""#),
        event("urn:uuid:3", r#","bizStep":"shipping""#),
    ];
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    stack
}

fn texts(values: &Value) -> Vec<&str> {
    values.as_array().expect("a list").iter().map(|it| it.as_str().expect("a text")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_the_values_and_cursors_of_rest_and_leads_to_the_events() {
    let stack = with_events().await;
    for (name, path) in LISTS {
        let rest = stack.get(&format!("/epcis/{path}")).await.json()["member"].clone();
        let whole = stack.graphql(&format!("{{ resources(list: {name}) {{ nodes {{ value }} }} }}")).await;
        let nodes = whole["resources"]["nodes"].as_array().expect("nodes").clone();
        let values: Vec<&str> = nodes.iter().map(|node| node["value"].as_str().expect("a value")).collect();
        assert_eq!(values, texts(&rest), "{name}");

        let page = format!(
            "resources(list: {name}, first: 1) {{ edges {{ cursor node {{ value }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
        );
        let first = stack.graphql(&format!("{{ {page} }}")).await["resources"].clone();
        let cursor = first["edges"][0]["cursor"].as_str().expect("a cursor");
        assert_eq!(
            first["pageInfo"],
            json!({
                "hasNextPage": values.len() > 1, "hasPreviousPage": false, "endCursor": cursor,
            }),
            "{name}"
        );
        // A page that GraphQL began is continued by REST.
        let rest = stack.get(&format!("/epcis/{path}?nextPageToken={cursor}")).await.json()["member"].clone();
        assert_eq!(texts(&rest), values[1..], "{name}");
        let second = format!(
            "{{ resources(list: {name}, after: \"{cursor}\") {{ nodes {{ value }} pageInfo {{ hasPreviousPage }} }} }}"
        );
        let second = stack.graphql(&second).await["resources"].clone();
        assert_eq!(second["nodes"].as_array().expect("nodes")[..], nodes[1..], "{name}");
        assert_eq!(second["pageInfo"]["hasPreviousPage"], true, "{name}");
    }
    let steps = "{ resources(list: BIZ_STEPS) { nodes { value events { nodes { eventId } } } } }";
    let steps = stack.graphql(steps).await["resources"]["nodes"].clone();
    assert_eq!(steps[0], json!({ "value": "packing", "events": { "nodes": [{ "eventId": "urn:uuid:2" }] } }));
    assert_eq!(steps[1]["events"]["nodes"].as_array().expect("nodes").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_query_finds_what_rest_finds() {
    let stack = with_events().await;
    let text = r#"{"EQ_bizStep" : ["shipping"],"orderDirection":"ASC","perPage":1}"#;
    for name in ["my query/1", "z"] {
        let body = format!(r#"{{"name":"{name}","query":{text}}}"#);
        let made = stack.send(Method::POST, "/epcis/queries", &[JSON], body.as_bytes()).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    let query = "{ namedQueries(first: 1) { nodes { name query } pageInfo { hasNextPage endCursor } } }";
    let list = stack.graphql(query).await["namedQueries"].clone();
    let stored: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(list["nodes"], json!([{ "name": "my query/1", "query": stored }]));
    assert_eq!(list["pageInfo"]["hasNextPage"], true);
    let after = list["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let rest = stack.get(&format!("/epcis/queries?nextPageToken={after}")).await.json();
    assert_eq!(rest[0]["name"], "z");

    let rest = stack.get(&format!("/epcis/queries/{}/events?perPage=30", segment("my query/1"))).await.events();
    let rest: Vec<&Value> = rest.iter().map(|event| &event["eventID"]).collect();
    // The stored size of a page does not count, because the cost of a document must not depend on it.
    let run = "{ namedQuery(name: \"my query/1\") { events { nodes { eventId } pageInfo { hasNextPage } } } }";
    let run = stack.graphql(run).await["namedQuery"]["events"].clone();
    let found: Vec<&Value> = run["nodes"].as_array().expect("nodes").iter().map(|it| &it["eventId"]).collect();
    assert_eq!((found.len(), found), (2, rest));
    let page = |arguments: &str| {
        format!("{{ namedQuery(name: \"z\") {{ events({arguments}) {{ edges {{ cursor node {{ eventId }} }} }} }} }}")
    };
    let first = stack.graphql(&page("first: 1")).await["namedQuery"]["events"]["edges"].clone();
    let after = format!("after: {}", first[0]["cursor"]);
    let second = stack.graphql(&page(&after)).await["namedQuery"]["events"]["edges"].clone();
    assert_eq!(
        (&first[0]["node"]["eventId"], &second[0]["node"]["eventId"]),
        (&run["nodes"][0]["eventId"], &run["nodes"][1]["eventId"])
    );
    assert_eq!((first.as_array().map(Vec::len), second.as_array().map(Vec::len)), (Some(1), Some(1)));
    assert_eq!(stack.graphql("{ namedQuery(name: \"none\") { name } }").await["namedQuery"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_an_object_are_those_of_rest() {
    let stack = Stack::start().await;
    let link = json!([{ "href": "https://brand.example/rice", "title": "Rice", "public": false }]);
    let body = json!({ "linkset": [{
        "anchor": format!("https://id.gs1.org{GTIN}"), "itemDescription": "Rice",
        "https://ref.gs1.org/voc/defaultLink": [{ "href": "https://brand.example/rice", "title": "Rice" }],
        "https://ref.gs1.org/voc/pip": link,
    }] });
    let address = format!("/v1/provenance/links/{}", segment(GTIN));
    let headers = [("content-type", "application/linkset+json")];
    let made = stack.send(Method::PUT, &address, &headers, body.to_string().as_bytes()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let links = stack.graphql("{ links(identifier: \"(01)09506000134352\") }").await["links"].clone();
    assert_eq!(links, stack.get(&address).await.json());
    assert_eq!(stack.graphql("{ links(identifier: \"/00/395060001343512341\") }").await["links"], Value::Null);
    let answer = ask(&stack, &stack.tenant, "{ links(identifier: \"(01)1\") }").await;
    let error = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&error["code"], &error["errors"][0]["pointer"]),
        (&json!("provenance.invalid_digital_link"), &json!("/identifier"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_and_a_caller_without_the_scope_see_nothing() {
    let stack = with_events().await;
    let body = br#"{"name":"ours","query":{}}"#;
    assert_eq!(stack.send(Method::POST, "/epcis/queries", &[JSON], body).await.status, StatusCode::CREATED);
    let other = stack.another_tenant().await;
    let asked = "{ resources(list: EPCS) { nodes { value } } namedQueries { nodes { name } }
        namedQuery(name: \"ours\") { name } links(identifier: \"(01)09506000134352\") }";
    let theirs = ask(&stack, &other, asked).await;
    let nothing = json!({
        "resources": { "nodes": [] }, "namedQueries": { "nodes": [] }, "namedQuery": null, "links": null,
    });
    assert_eq!((&theirs["data"], &theirs["errors"]), (&nothing, &Value::Null));
    // A cursor of one tenant opens no list of another.
    let cursor = stack.graphql("{ resources(list: BIZ_STEPS, first: 1) { pageInfo { endCursor } } }").await;
    let cursor = &cursor["resources"]["pageInfo"]["endCursor"];
    let taken = format!("{{ resources(list: BIZ_STEPS, after: {cursor}) {{ nodes {{ value }} }} }}");
    let error = ask(&stack, &other, &taken).await["errors"][0]["extensions"].clone();
    assert_eq!((&error["code"], &error["errors"][0]["pointer"]), (&json!("request.invalid_cursor"), &json!("/after")));

    let body = br#"{"name":"narrow","scopes":["tenant:read"]}"#;
    let narrow = stack.send(Method::POST, "/v1/api-keys", &[JSON], body).await.json();
    let bearer = format!("Bearer {}", narrow["secret"].as_str().expect("a secret"));
    for field in [
        "resources(list: EPCS) { nodes { value } }",
        "namedQueries { nodes { name } }",
        "namedQuery(name: \"ours\") { name }",
        "links(identifier: \"(01)09506000134352\")",
    ] {
        let body = json!({ "query": format!("{{ {field} }}") }).to_string();
        let headers = [JSON, ("authorization", &*bearer)];
        let answer = stack.send_as(None, Method::POST, "/graphql", &headers, body.as_bytes()).await.json();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "auth.insufficient_scope", "{field}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_a_size_and_what_is_stored_counts_as_the_most_that_it_may_cost() {
    let stack = Stack::start().await;
    for field in ["resources(list: EPCS, first: 0) { nodes { value } }", "namedQueries(first: 0) { nodes { name } }"] {
        let error = ask(&stack, &stack.tenant, &format!("{{ {field} }}")).await["errors"][0]["extensions"].clone();
        let found = (&error["code"], &error["errors"][0]["pointer"]);
        assert_eq!(found, (&json!("request.invalid_parameter"), &json!("/first")), "{field}");
    }
    let runs = |count: u32| {
        format!("{{ namedQueries(first: {count}) {{ nodes {{ events(first: 1) {{ nodes {{ eventId }} }} }} }} }}")
    };
    for (query, is_answered) in [
        (runs(4), true),
        (runs(5), false),
        ("{ resources(list: EPCS, first: 24) { nodes { events(first: 30) { nodes { eventId } } } } }".to_owned(), true),
        ("{ resources(list: EPCS, first: 50) { nodes { events(first: 1) { nodes { eventId } } } } }".to_owned(), false),
    ] {
        let answer = ask(&stack, &stack.tenant, &query).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code.as_str(), (!is_answered).then_some("graphql.too_complex"), "{query}: {answer}");
    }
}
