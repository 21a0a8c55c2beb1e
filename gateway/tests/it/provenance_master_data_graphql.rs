//! Tests the GraphQL fields about master data: they answer what REST answers, with the same cursors and errors, to the
//! same callers, and their cost is known before they run.

use crate::{
    provenance_master_data::{
        CITY, DOCK, DOCK_LINK, LOCATION, READ_POINT, ROOT, city, element, found, of, pages, record,
    },
    stack::{Client, Stack, segment},
};
use chain_proof::{Verdict, verify};
use gateway::budget::BODY_WAIT_MS_MAX;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const JSON: (&str, &str) = ("content-type", "application/json");
/// The time that a read waits for memory. A query that waits for its own takes as long.
const BODY_WAIT: Duration = Duration::from_millis(BODY_WAIT_MS_MAX);
/// All fields of a version that REST has.
const VERSION: &str = "vocabulary id recordTime shard height recordIndex txId document";
/// The information about the neighbouring pages.
const PAGE_INFO: &str = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// The answer to a query, which may have errors.
async fn ask(stack: &Stack, client: &Client, query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let answer = stack.send_as(Some(client), Method::POST, "/graphql", &[JSON], body.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The code of the first error, and the pointer of its first entry.
async fn refused(stack: &Stack, query: &str) -> (String, Value) {
    let error = ask(stack, &stack.tenant, query).await["errors"][0]["extensions"].clone();
    (error["code"].as_str().unwrap_or_default().to_owned(), error["errors"][0]["pointer"].clone())
}

/// A version of REST with the names of GraphQL.
fn renamed(version: &Value) -> Value {
    let Value::Object(members) = version.clone() else { panic!("an object: {version}") };
    let rename = |name: String| match name.as_str() {
        "record_time" => "recordTime".to_owned(),
        "record_index" => "recordIndex".to_owned(),
        "tx_id" => "txId".to_owned(),
        _ => name,
    };
    members.into_iter().map(|(name, value)| (rename(name), value)).collect()
}

/// The newest version of the dock, with further `arguments` and the `selected` fields.
async fn dock(stack: &Stack, arguments: &str, selected: &str) -> Value {
    let query = format!("{{ masterDataElement(id: \"{DOCK}\"{arguments}) {{ {selected} }} }}");
    stack.graphql(&query).await["masterDataElement"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_and_its_history_are_those_of_rest() {
    let stack = Stack::start().await;
    for city in ["Köln", "Bonn", "Köln"] {
        record(&stack, LOCATION, &[element(DOCK, city, &["urn:ex:shelf"])]).await;
    }
    let history = pages(&stack, &of(DOCK, "/history")).await;
    assert_eq!(history.len(), 3);
    for id in [DOCK, DOCK_LINK, "https://a.example/414/4012345000054"] {
        for vocabulary in [String::new(), format!(", vocabulary: \"{LOCATION}\"")] {
            let query = format!("{{ masterDataElement(id: \"{id}\"{vocabulary}) {{ {VERSION} }} }}");
            let newest = stack.graphql(&query).await["masterDataElement"].clone();
            assert_eq!(newest, renamed(&history[0]), "{query}");
        }
    }
    for version in &history {
        let time = version["record_time"].as_str().expect("a time");
        let rest = found(&stack, &format!("{}?as_of={}", of(DOCK, ""), segment(time))).await;
        assert_eq!(dock(&stack, &format!(", asOf: \"{time}\""), VERSION).await, renamed(&rest));
    }
    assert_eq!(dock(&stack, ", asOf: \"2001-01-01T00:00:00Z\"", VERSION).await, Value::Null);
    let none = stack.graphql("{ masterDataElement(id: \"urn:ex:none\") { id } }").await;
    assert_eq!(none["masterDataElement"], Value::Null);

    let whole = dock(&stack, "", &format!("history {{ nodes {{ {VERSION} }} {PAGE_INFO} }}")).await["history"].clone();
    let all: Vec<Value> = history.iter().map(renamed).collect();
    assert_eq!(whole["nodes"], json!(all));
    assert_eq!(whole["pageInfo"]["hasNextPage"], false);
    let page =
        |arguments: &str| format!("history({arguments}) {{ edges {{ cursor node {{ {VERSION} }} }} {PAGE_INFO} }}");
    let first = dock(&stack, "", &page("first: 1")).await["history"].clone();
    let cursor = first["edges"][0]["cursor"].clone();
    assert_eq!(first["edges"][0]["node"], all[0]);
    let info = json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": cursor, "endCursor": cursor });
    assert_eq!(first["pageInfo"], info);
    // A page that one interface began is continued by the other.
    let after = cursor.as_str().expect("a cursor");
    assert_eq!(pages(&stack, &of(DOCK, &format!("/history?cursor={after}"))).await, history[1..]);
    let rest = found(&stack, &of(DOCK, "/history?limit=1")).await["next_cursor"].clone();
    let second = dock(&stack, "", &page(&format!("after: {rest}"))).await["history"].clone();
    let nodes: Vec<&Value> = second["edges"].as_array().expect("edges").iter().map(|edge| &edge["node"]).collect();
    assert_eq!(nodes, all[1..].iter().collect::<Vec<_>>());
    assert_eq!(
        (&second["pageInfo"]["hasNextPage"], &second["pageInfo"]["hasPreviousPage"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_a_version_is_that_of_rest_and_of_no_other_version() {
    let stack = Stack::start().await;
    record(&stack, LOCATION, &[element(DOCK, "Köln", &[])]).await;
    // One transaction has two versions, which so have one record time.
    record(&stack, LOCATION, &[element(DOCK, "Bonn", &[]), element(DOCK, "Aachen", &[])]).await;
    let history = pages(&stack, &of(DOCK, "/history")).await;
    assert_eq!(history.iter().map(city).collect::<Vec<_>>(), ["Aachen", "Bonn", "Köln"]);
    assert_eq!(history[0]["record_time"], history[1]["record_time"]);

    let fields = "evidence(fields: [\"/element/attributes\"])";
    let proved = dock(&stack, "", &format!("history(first: 3) {{ nodes {{ evidence }} }} {fields}")).await;
    let versions = proved["history"]["nodes"].as_array().expect("nodes").clone();
    assert_eq!(versions.len(), history.len());
    for (version, bundle) in history.iter().zip(versions.iter().map(|node| &node["evidence"])) {
        let report = verify(bundle.to_string().as_bytes(), None);
        assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
        for other in ["Aachen", "Bonn", "Köln"] {
            assert_eq!(bundle["record"].to_string().contains(other), other == city(version), "{other}: {bundle}");
        }
        assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), history.len());
    }
    for (at, node) in [(0, &versions[0]), (2, &versions[2])] {
        let time = history[at]["record_time"].as_str().expect("a time");
        let rest = found(&stack, &of(DOCK, &format!("/evidence?as_of={}", segment(time)))).await;
        assert_eq!((&node["evidence"]["record"], &node["evidence"]["subject"]), (&rest["record"], &rest["subject"]));
    }
    let rest = found(&stack, &of(DOCK, "/evidence?fields=/element/attributes")).await;
    assert_eq!(proved["evidence"]["record"], rest["record"]);
    assert!(!rest["record"].to_string().contains("sgln"), "the id is hidden: {rest}");
}

/// The nodes of all pages, each page with `first` elements, and the number of pages.
async fn walk(stack: &Stack, filter: &str, first: usize) -> (Vec<Value>, usize) {
    let (mut nodes, mut after, mut count) = (Vec::new(), Value::Null, 0);
    loop {
        let arguments = format!("{filter} first: {first} after: {after}");
        let query = format!("{{ masterData({arguments}) {{ nodes {{ {VERSION} }} {PAGE_INFO} }} }}");
        let page = stack.graphql(&query).await["masterData"].clone();
        nodes.extend(page["nodes"].as_array().expect("nodes").clone());
        count += 1;
        assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
        if page["pageInfo"]["hasNextPage"] == false {
            return (nodes, count);
        }
        after = page["pageInfo"]["endCursor"].clone();
        assert!(after.is_string(), "a page without elements has a cursor, too: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_elements_and_cursors_of_rest() {
    let stack = Stack::start().await;
    // The plain element is the first, so a page of one element with a city begins empty.
    let plain = r#"{"id":"urn:ex:a"}"#.to_owned();
    let dock = element("urn:ex:dock", "Köln", &["urn:ex:shelf", DOCK]);
    record(&stack, LOCATION, &[plain, dock, element("urn:ex:shop", "Bonn", &[])]).await;
    record(&stack, READ_POINT, &[element(DOCK, "Köln", &[])]).await;
    for (filter, parameters, expected) in [
        (String::new(), String::new(), 4),
        (format!("vocabulary: \"{LOCATION}\""), format!("vocabulary={LOCATION}"), 3),
        (format!("id: \"{DOCK}\""), format!("id={}", segment(DOCK)), 1),
        ("attribute: \"cbvmda:city\"".to_owned(), format!("attribute={}", segment(CITY)), 3),
        (format!("child: \"{DOCK_LINK}\""), format!("child={}", segment(DOCK)), 1),
        ("child: \"urn:ex:none\"".to_owned(), "child=urn:ex:none".to_owned(), 0),
        (
            "attribute: \"cbvmda:city\", child: \"urn:ex:shelf\"".to_owned(),
            "attribute=cbvmda:city&child=urn:ex:shelf".to_owned(),
            1,
        ),
        (
            "attribute: \"cbvmda:none\", child: \"urn:ex:shelf\"".to_owned(),
            "attribute=cbvmda:none&child=urn:ex:shelf".to_owned(),
            0,
        ),
        ("id: \"urn:ex:none\"".to_owned(), "id=urn:ex:none".to_owned(), 0),
        ("id: \"urn:ex:\\u0007\"".to_owned(), "id=urn:ex:none".to_owned(), 0),
    ] {
        let rest: Vec<Value> = pages(&stack, &format!("{ROOT}?{parameters}")).await.iter().map(renamed).collect();
        assert_eq!(rest.len(), expected, "{parameters}");
        for first in [1, 2, 500, 9_999] {
            assert_eq!(walk(&stack, &filter, first).await.0, rest, "{filter}, {first} a page");
        }
    }
    assert_eq!(walk(&stack, "attribute: \"cbvmda:city\"", 1).await.1, 4, "each element is examined");
    let whole = pages(&stack, ROOT).await;
    let edges = "{ masterData(first: 2) { edges { cursor node { id } } } }";
    let edges = stack.graphql(edges).await["masterData"]["edges"].clone();
    for (at, edge) in edges.as_array().expect("edges").iter().enumerate() {
        let after = edge["cursor"].as_str().expect("a cursor");
        assert_eq!(edge["node"]["id"], whole[at]["id"]);
        assert_eq!(pages(&stack, &format!("{ROOT}?cursor={after}")).await, whole[at + 1..]);
    }
    let rest = found(&stack, &format!("{ROOT}?limit=3")).await["next_cursor"].clone();
    let last = stack.graphql(&format!("{{ masterData(after: {rest}) {{ nodes {{ {VERSION} }} }} }}")).await;
    assert_eq!(last["masterData"]["nodes"], json!([renamed(&whole[3])]));
    // A list leads to the history of each element.
    let histories =
        stack.graphql("{ masterData(first: 4) { nodes { id history { nodes { id } } } } }").await["masterData"].clone();
    for node in histories["nodes"].as_array().expect("nodes") {
        assert_eq!(node["history"]["nodes"], json!([{ "id": node["id"] }]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_argument_is_refused_as_in_rest() {
    let stack = Stack::start().await;
    for vocabulary in [LOCATION, READ_POINT] {
        record(&stack, vocabulary, &[element(DOCK, "Köln", &[])]).await;
    }
    let of_dock =
        |field: &str| format!("{{ masterDataElement(id: \"{DOCK}\", vocabulary: \"{LOCATION}\") {{ {field} }} }}");
    let cursor = found(&stack, &format!("{ROOT}?limit=1")).await["next_cursor"].clone();
    for (query, code, pointer) in [
        ("{ masterData(first: 0) { nodes { id } } }".to_owned(), "request.invalid_parameter", json!("/first")),
        ("{ masterData(after: \"x\") { nodes { id } } }".to_owned(), "request.invalid_cursor", json!("/after")),
        (of_dock("history(first: 0) { nodes { id } }"), "request.invalid_parameter", json!("/first")),
        (of_dock(&format!("history(after: {cursor}) {{ nodes {{ id }} }}")), "request.invalid_cursor", json!("/after")),
        (
            format!("{{ masterDataElement(id: \"{DOCK}\", asOf: \"yesterday\") {{ id }} }}"),
            "request.invalid_parameter",
            json!("/asOf"),
        ),
        (format!("{{ masterDataElement(id: \"{DOCK}\") {{ id }} }}"), "provenance.ambiguous_master_data", json!(null)),
    ] {
        assert_eq!(refused(&stack, &query).await, (code.to_owned(), pointer), "{query}");
    }
    let (code, _) = refused(&stack, &of_dock("evidence(fields: [\"/none\"])")).await;
    let uri = format!("{}?vocabulary={LOCATION}&fields=/none", of(DOCK, "/evidence"));
    assert_eq!(json!(code), stack.get(&uri).await.json()["code"]);
    assert!(code.starts_with("evidence."), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn master_data_is_shown_to_its_tenant_with_the_scope_for_reading() {
    let stack = Stack::start().await;
    for city in ["Köln", "Bonn"] {
        record(&stack, LOCATION, &[element(DOCK, city, &[]), element("urn:ex:shop", city, &[])]).await;
    }
    let other = stack.another_tenant().await;
    let one = format!("masterDataElement(id: \"{DOCK}\") {{ id }}");
    let theirs = ask(&stack, &other, &format!("{{ masterData {{ nodes {{ id }} }} {one} }}")).await;
    let nothing = json!({ "masterData": { "nodes": [] }, "masterDataElement": null });
    assert_eq!((&theirs["data"], &theirs["errors"]), (&nothing, &Value::Null));
    let cursor = found(&stack, &format!("{ROOT}?limit=1")).await["next_cursor"].clone();
    assert!(cursor.is_string());
    let taken = ask(&stack, &other, &format!("{{ masterData(after: {cursor}) {{ nodes {{ id }} }} }}")).await;
    assert_eq!(taken["errors"][0]["extensions"]["code"], "request.invalid_cursor", "{taken}");

    let body = br#"{"name":"narrow","scopes":["tenant:read"]}"#;
    let narrow = stack.send(Method::POST, "/v1/api-keys", &[JSON], body).await.json();
    let bearer = format!("Bearer {}", narrow["secret"].as_str().expect("a secret"));
    for field in ["masterData { nodes { id } }", &one] {
        let body = json!({ "query": format!("{{ {field} }}") }).to_string();
        let headers = [JSON, ("authorization", &*bearer)];
        let answer = stack.send_as(None, Method::POST, "/graphql", &headers, body.as_bytes()).await.json();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "auth.insufficient_scope", "{field}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cost_of_master_data_is_known_before_it_is_read() {
    let stack = Stack::start().await;
    let histories = |count: u32| {
        format!("{{ masterData(first: {count}) {{ nodes {{ history(first: 1) {{ nodes {{ id }} }} }} }} }}")
    };
    let evidence = |count: u32| format!("{{ masterData(first: {count}) {{ nodes {{ evidence }} }} }}");
    for (query, is_answered) in [
        (format!("{{ masterData(first: 500) {{ nodes {{ {VERSION} }} }} }}"), true),
        (histories(49), true),
        (histories(50), false),
        (evidence(49), true),
        (evidence(50), false),
    ] {
        let answer = ask(&stack, &stack.tenant, &query).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code.as_str(), (!is_answered).then_some("graphql.too_complex"), "{query}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_of_master_data_waits_for_a_height_and_reports_its_own() {
    let stack = Stack::start().await;
    record(&stack, LOCATION, &[element(DOCK, "Köln", &[])]).await;
    let body = json!({ "query": "{ masterData { nodes { id } } }" }).to_string();
    let rest = stack.get(ROOT).await.header("waymark-height").to_owned();
    assert!(!rest.is_empty());
    let headers = [JSON, ("waymark-min-height", &*rest)];
    let answer = stack.send(Method::POST, "/graphql", &headers, body.as_bytes()).await;
    assert_eq!(answer.json()["data"]["masterData"]["nodes"], json!([{ "id": DOCK_LINK }]));
    assert!(!answer.header("waymark-height").is_empty());
    let wrong = [JSON, ("waymark-min-height", "x")];
    stack.send(Method::POST, "/graphql", &wrong, body.as_bytes()).await.problem(400, "request.invalid_header");
}

/// Each page gives back what it reserved and did not need. Otherwise a query waited for memory that only it held.
#[tokio::test(flavor = "multi_thread")]
async fn many_small_pages_of_one_query_do_not_wait_for_each_other() {
    let stack = Stack::start().await;
    let elements: Vec<_> = (0..40).map(|number| element(&format!("urn:ex:{number}"), "Bonn", &[])).collect();
    record(&stack, LOCATION, &elements).await;
    let nested = "{ masterData(first: 40) { nodes { history(first: 1) { nodes { id } } } } }";
    let answer = tokio::time::timeout(BODY_WAIT, stack.graphql(nested)).await.expect("nobody waits");
    let nodes = answer["masterData"]["nodes"].as_array().expect("nodes").clone();
    assert!(
        nodes.len() == 40
            && nodes.iter().all(|node| node["history"]["nodes"].as_array().is_some_and(|it| it.len() == 1))
    );
    for list in ["masterData(first: 1) { nodes { id } }", "namedQueries(first: 160) { nodes { name } }"] {
        let aliases: Vec<_> = (0..24).map(|number| format!("a{number}: {list}")).collect();
        let query = format!("{{ {} }}", aliases.join(" "));
        let answer = tokio::time::timeout(BODY_WAIT, stack.graphql(&query)).await.expect("nobody waits");
        assert_eq!(answer.as_object().expect("an object").len(), 24, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_one_elements_history_is_none_of_anothers() {
    let stack = Stack::start().await;
    for city in ["Bonn", "Aachen"] {
        record(&stack, LOCATION, &[element(DOCK, city, &[]), element("urn:ex:other", city, &[])]).await;
    }
    let cursor = found(&stack, &of(DOCK, "/history?limit=1")).await["next_cursor"].clone();
    let cursor = cursor.as_str().expect("a cursor");
    assert_eq!(pages(&stack, &of(DOCK, &format!("/history?cursor={cursor}"))).await.len(), 1);
    let foreign = stack.get(&of("urn:ex:other", &format!("/history?cursor={cursor}"))).await;
    assert_eq!(foreign.problem(400, "request.invalid_cursor")["errors"][0]["pointer"], "/cursor");
    let query = format!(
        "{{ masterDataElement(id: \"urn:ex:other\") {{ history(after: \"{cursor}\") {{ nodes {{ id }} }} }} }}"
    );
    assert_eq!(refused(&stack, &query).await.0, "request.invalid_cursor");
}
