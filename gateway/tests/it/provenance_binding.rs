//! Tests the headers and limits of the EPCIS binding: media types, versions, OPTIONS, the cost of queries, exact times.

use crate::stack::{Stack, bare_event, document, event, segment};
use http::{Method, StatusCode};
use serde_json::Value;

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_a_type_and_a_version_that_the_request_accepts() {
    let stack = Stack::start().await;
    let body = bare_event("urn:uuid:refused", "");
    for (name, value) in [
        ("accept", "text/html"),
        ("accept", "application/json;q=0"),
        ("gs1-epcis-min", "2.1.0"),
        ("gs1-epcis-max", "1.1.0"),
        ("gs1-cbv-min", "3.0.0"),
        ("gs1-cbv-max", "1.1"),
        ("gs1-epcis-version", "1.1.0"),
        ("gs1-epc-format", "Always_Web_URI"),
        ("gs1-cbv-xml-format", "Always_EPC_URN"),
    ] {
        for (method, uri) in [
            (Method::GET, "/epcis/events"),
            (Method::GET, "/epcis/events/urn%3Auuid%3A1"),
            (Method::GET, "/epcis/capture"),
            (Method::GET, "/epcis/capture/op_0"),
            (Method::POST, "/epcis/events"),
            (Method::POST, "/epcis/capture"),
        ] {
            let answer = stack.send(method, uri, &[JSON, (name, value)], body.as_bytes()).await;
            let problem = answer.problem(406, "provenance.not_acceptable");
            assert_eq!(problem["type"], "epcisException:NotAcceptableException");
            let pointer = problem["errors"][0]["pointer"].as_str().expect("a pointer").to_lowercase();
            assert_eq!(pointer, format!("/{name}"), "{uri}");
        }
    }
    assert_eq!(stack.operation_count().await, 0, "nothing was captured");
    for (accept, kind) in [
        ("*/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/ld+json;q=0.4, application/json;q=0.5", "application/json"),
        ("application/xml;q=0.1, application/*;q=0.5", "application/json"),
        ("application/xml", "application/xml"),
        ("text/xml, application/json;q=0.9", "text/xml"),
    ] {
        let answer = stack.send(Method::GET, "/epcis/events", &[("accept", accept)], b"").await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind), "{accept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn options_announce_what_is_true() {
    let stack = Stack::start().await;
    for (uri, allow, behaviour, limit) in [
        ("/epcis/capture", "GET, POST, OPTIONS", "all", "1000"),
        ("/epcis/events", "GET, POST, OPTIONS", "", "1000"),
        ("/epcis/events/x", "GET, OPTIONS", "", ""),
        ("/epcis/capture/x", "GET, OPTIONS", "", ""),
    ] {
        let answer = stack.send(Method::OPTIONS, uri, &[("accept", "application/xml")], b"").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::NO_CONTENT, allow), "{uri}");
        assert_eq!(answer.header("gs1-capture-error-behaviour"), behaviour, "{uri}");
        assert_eq!(answer.header("gs1-epcis-capture-limit"), limit, "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_binding_announces_its_methods_and_versions() {
    let stack = Stack::start().await;
    let document: Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        if !path.starts_with("/epcis") {
            continue;
        }
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment });
        let uri = segments.collect::<Vec<_>>().join("/");
        let answer = stack.send_as(None, Method::OPTIONS, &uri, &[], b"").await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0), "{uri}: {}", answer.text());
        let mut allowed: Vec<_> = answer.header("allow").split(", ").map(str::to_lowercase).collect();
        let mut methods: Vec<String> = item.as_object().expect("operations").keys().cloned().collect();
        methods.push("options".to_owned());
        allowed.sort();
        methods.sort();
        assert_eq!(allowed, methods, "{uri}");
        for (name, value) in [
            ("gs1-epcis-version", "2.0.0"),
            ("gs1-epcis-min", "1.2.0"),
            ("gs1-epcis-max", "2.0.0"),
            ("gs1-cbv-version", "2.0.0"),
            ("gs1-cbv-min", "1.2.0"),
            ("gs1-cbv-max", "2.0.0"),
            ("gs1-epc-format", "No_Preference"),
            ("gs1-cbv-xml-format", "No_Preference"),
            ("gs1-extensions", "waymark=urn:waymark:epcis:"),
        ] {
            assert_eq!(answer.header(name), value, "{uri}");
        }
        assert!(!answer.header("gs1-vendor-version").is_empty(), "{uri}");
        seen += 1;
    }
    assert!(seen >= 27, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_above_the_cost_is_refused_before_it_runs() {
    let stack = Stack::start().await;
    let patterns: Vec<String> = (0..1_000).map(|n| format!("urn:epc:idpat:sgtin:{:07}.*.*", 1_000_000 + n)).collect();
    let body = serde_json::json!({ "query": { "MATCH_anyEPC": patterns } }).to_string();
    let answer = stack.send(Method::POST, "/epcis/events", &[JSON], body.as_bytes()).await;
    let problem = answer.problem(413, "provenance.query_too_complex");
    assert_eq!(problem["type"], "epcisException:QueryTooComplexException");
    assert_eq!(problem["errors"][0]["pointer"], "/query/MATCH_anyEPC");
    assert!(problem["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("2000")), "{problem}");
    let uri = format!("/epcis/events?MATCH_epc={}", segment(&patterns[..101].join("|")));
    stack.get(&uri).await.problem(413, "provenance.query_too_complex");
    let list: Vec<String> = patterns.iter().map(|pattern| format!("\"{pattern}\"")).collect();
    let query = format!("{{ events(filter: {{ MATCH_epc: [{}] }}) {{ nodes {{ eventId }} }} }}", list[..101].join(","));
    let body = serde_json::json!({ "query": query }).to_string();
    let answer = stack.send(Method::POST, "/graphql", &[JSON], body.as_bytes()).await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "provenance.query_too_complex", "{answer}");
    assert_eq!(stack.get("/epcis/events?perPage=5000").await.status, StatusCode::OK);
    assert_eq!(stack.get("/epcis/capture?perPage=5000000000").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_compared_by_every_digit_and_answered_as_written() {
    let stack = Stack::start().await;
    let times = ["2026-03-01T00:00:00.000100Z", "2026-03-01T01:00:00.0005+01:00", "2026-03-01T00:00:00.00090000Z"];
    let events: Vec<String> = (0..)
        .zip(times)
        .map(|(n, time)| event(&format!("urn:uuid:{n}"), "").replace("2026-01-01T00:00:00Z", time))
        .collect();
    let last = event("urn:uuid:last", "").replace("2026-01-01T00:00:00Z", "9999-12-31T24:00:00Z");
    assert_eq!(stack.capture(document(&[events, vec![last]].concat()).as_bytes()).await.status, StatusCode::OK);
    let found = async |parameters: &str| {
        let answer = stack.get(&format!("/epcis/events?orderBy=eventTime&orderDirection=ASC&{parameters}")).await;
        answer.events().iter().map(|it| it["eventTime"].as_str().expect("a time").to_owned()).collect::<Vec<_>>()
    };
    let until = "LT_eventTime=9999-12-31T23:59:59.99Z";
    assert_eq!(found(&format!("GE_eventTime=2026-03-01T00:00:00.000501Z&{until}")).await, times[2..]);
    assert_eq!(found("LT_eventTime=2026-03-01T00:00:00.000901Z").await, times);
    assert_eq!(
        found("GE_eventTime=2026-03-01T00:00:00.0005Z&LT_eventTime=2026-03-01T00:00:00.0009Z").await,
        times[1..2]
    );
    assert_eq!(found("GE_eventTime=9999-12-31T24:00:00Z").await, ["9999-12-31T24:00:00Z"]);
    let time = stack.graphql("{ event(id: \"urn:uuid:1\") { eventTime } }").await;
    assert_eq!(time["event"]["eventTime"], "2026-03-01T00:00:00.0005Z");
    let (mut paged, mut uri) = (Vec::new(), Some("/epcis/events?perPage=1&orderBy=eventTime".to_owned()));
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        paged.extend(answer.events().iter().map(|it| it["eventID"].clone()));
        uri = answer.header("link").strip_prefix('<').and_then(|it| it.split_once('>')).map(|(uri, _)| uri.to_owned());
    }
    assert_eq!(paged, ["urn:uuid:last", "urn:uuid:2", "urn:uuid:1", "urn:uuid:0"].map(Value::from));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_the_binding_does_not_have_is_refused_as_such() {
    let stack = Stack::start().await;
    let wrong =
        [(Method::TRACE, "/epcis/events"), (Method::DELETE, "/epcis/events"), (Method::POST, "/epcis/epcs/0/events")];
    for (method, path) in wrong {
        let answer = stack.send(method, path, &[("gs1-epcis-max", "0")], b"").await;
        answer.problem(405, "request.method_not_allowed");
    }
    stack.send(Method::GET, "/epcis/none", &[("gs1-epcis-max", "0")], b"").await.problem(404, "request.not_found");
    stack
        .send(Method::GET, "/epcis/events", &[("gs1-epcis-max", "0")], b"")
        .await
        .problem(406, "provenance.not_acceptable");
}
