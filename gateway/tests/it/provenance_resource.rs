//! Tests the lists of what events name: each has the tenant's own values alone, in pages, in one spelling, and leads to
//! the events.

use crate::stack::{Stack, document, event, segment};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const EPC: &str = "https://id.gs1.org/01/04012345111118/21/9876";

/// The members of a list.
fn members(answer: &crate::stack::Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let list = answer.json();
    assert_eq!(list["type"], "Collection");
    list["member"].as_array().expect("members").iter().map(|it| it.as_str().expect("a name").to_owned()).collect()
}

/// Two tenants: the first with events about many things, the second with one event.
async fn with_events() -> (Stack, crate::stack::Client) {
    let stack = Stack::start().await;
    let place = r#""readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"},"bizLocation":{"id":"urn:ex:dock"}"#;
    let own = r#"{"@context":{"ex":"https://ex.example/"},"type":"ex:Moved","eventID":"urn:uuid:own",
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","bizStep":"ex:polishing"}"#;
    let events = [
        event("urn:uuid:1", &format!(r#","bizStep":"shipping","disposition":"in_transit",{place}"#)),
        event("urn:uuid:2", r#","bizStep":"urn:epcglobal:cbv:bizstep:packing","disposition":"active""#),
        own.to_owned(),
    ];
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    let other = stack.another_tenant().await;
    let body = document(&[event("urn:uuid:3", r#","bizStep":"receiving""#)]).replace("9876", "5555");
    let headers = [("content-type", "application/json"), ("prefer", "wait=20")];
    let sent = stack.send_as(Some(&other), Method::POST, "/epcis/capture", &headers, body.as_bytes()).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    (stack, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_what_the_tenants_events_name_and_leads_to_them() {
    let (stack, other) = with_events().await;
    let standard = ["AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"];
    let types = [&standard[..], &["https://ex.example/Moved"]].concat();
    let lists: [(&str, &[&str], &str, usize); 6] = [
        ("eventTypes", &types, "https://ref.gs1.org/epcis/ObjectEvent", 2),
        ("epcs", &[EPC], "urn:epc:id:sgtin:4012345.011111.9876", 2),
        ("bizSteps", &["https://ex.example/polishing", "packing", "shipping"], "cbv:BizStep-packing", 1),
        ("dispositions", &["active", "in_transit"], "https://ref.gs1.org/cbv/Disp-active", 1),
        ("readPoints", &["https://id.gs1.org/414/4012345000054"], "urn:epc:id:sgln:4012345.00005.0", 1),
        ("bizLocations", &["urn:ex:dock"], "urn:ex:dock", 1),
    ];
    for (list, expected, spelling, found) in lists {
        let whole = stack.get(&format!("/epcis/{list}")).await;
        assert_eq!(members(&whole), expected, "{list}");
        assert_eq!((whole.header("link"), whole.header("waymark-height").is_empty()), ("", false));
        let (mut paged, mut next) = (Vec::new(), Some(format!("/epcis/{list}?perPage=1")));
        while let Some(uri) = next {
            let page = stack.get(&uri).await;
            paged.extend(members(&page));
            let link = page.header("link").strip_prefix('<').and_then(|it| it.split_once(">; rel=\"next\""));
            next = link.map(|(uri, _)| uri.to_owned());
        }
        assert_eq!(paged, expected, "{list}");

        let value = segment(spelling);
        assert_eq!(members(&stack.get(&format!("/epcis/{list}/{value}")).await), ["events"], "{list}");
        let events = stack.get(&format!("/epcis/{list}/{value}/events")).await.events();
        assert_eq!(events.len(), found, "{list}");
        let one = stack.get(&format!("/epcis/{list}/{value}/events?EQ_eventID=urn:uuid:none")).await;
        assert_eq!(one.events().len(), 0, "{list}: the other parameters count, too");

        // Another tenant has the standard's types alone, and cannot tell what the first one has.
        let theirs = stack.send_as(Some(&other), Method::GET, &format!("/epcis/{list}"), &[], b"").await;
        let own: &[&str] = match list {
            "eventTypes" => &standard,
            "epcs" => &["https://id.gs1.org/01/04012345111118/21/5555"],
            "bizSteps" => &["receiving"],
            _ => &[],
        };
        assert_eq!(members(&theirs), own, "{list}");
        for below in ["", "/events"] {
            let taken = segment(expected.last().expect("a value"));
            let [taken, absent] = [taken, segment("urn:ex:none")].map(|it| format!("/epcis/{list}/{it}{below}"));
            let [taken, absent] = [
                stack.send_as(Some(&other), Method::GET, &taken, &[], b"").await,
                stack.send_as(Some(&other), Method::GET, &absent, &[], b"").await,
            ]
            .map(|answer| answer.problem(404, "provenance.unknown_resource"));
            assert_eq!(taken["detail"], absent["detail"], "{list}");
            assert_eq!(taken["type"], "epcisException:NoSuchResourceException");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_events_of_a_value_continues_and_takes_no_other_value() {
    let (stack, _) = with_events().await;
    let first = stack.get("/epcis/eventTypes/ObjectEvent/events?perPage=1&orderBy=recordTime").await;
    let link = first.header("link").strip_prefix('<').and_then(|it| it.split_once('>')).expect("a next page").0;
    assert!(link.starts_with("/epcis/eventTypes/ObjectEvent/events?"), "{link}");
    let second = stack.get(link).await;
    let ids = [first.events(), second.events()].concat();
    let ids: Vec<&Value> = ids.iter().map(|event| &event["eventID"]).collect();
    assert_eq!(ids, [&json!("urn:uuid:2"), &json!("urn:uuid:1")]);
    let problem = stack.get("/epcis/bizSteps/shipping/events?EQ_bizStep=packing").await;
    let problem = problem.problem(400, "provenance.invalid_query");
    assert_eq!(problem["errors"][0]["pointer"], "/EQ_bizStep");
    for (uri, pointer) in [("/epcis/epcs?perPage=0", "/perPage"), ("/epcis/epcs?nextPageToken=x", "/nextPageToken")] {
        let problem = stack.get(uri).await.json();
        assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(400), &json!(pointer)));
    }
    stack.get("/epcis/epcs?MATCH_epc=x").await.problem(400, "request.invalid_parameter");
    // A token is of one list.
    let page = stack.get("/epcis/bizSteps?perPage=1").await;
    let token =
        page.header("link").split("nextPageToken=").nth(1).and_then(|it| it.split('>').next()).expect("a token");
    stack.get(&format!("/epcis/dispositions?nextPageToken={token}")).await.problem(400, "request.invalid_cursor");
    for pattern in ["urn:epc:idpat:sgtin:4012345.*.*", "urn:epc:idpat:sgtin:4012345.011111.*"] {
        stack
            .get(&format!("/epcis/epcs/{}/events", segment(pattern)))
            .await
            .problem(404, "provenance.unknown_resource");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_namespaces_are_read_and_written() {
    let (stack, _) = with_events().await;
    let ours = [("gs1-extensions", "mine=https://ex.example/,unused=urn:x:")];
    let list = stack.send(Method::GET, "/epcis/bizSteps", &ours, b"").await;
    assert_eq!(members(&list), ["mine:polishing", "packing", "shipping"]);
    assert_eq!(list.json()["@context"][1], json!({ "mine": "https://ex.example/" }));
    let found = stack.send(Method::GET, "/epcis/bizSteps/mine:polishing/events", &ours, b"").await;
    assert_eq!(found.events().len(), 1);
    stack.get("/epcis/bizSteps/mine:polishing").await.problem(404, "provenance.unknown_resource");
    let resources = members(&stack.get("/epcis").await);
    // Clients join the address of the binding and its path `/`.
    assert_eq!(members(&stack.get("/epcis/").await), resources);
    let options = stack.send_as(None, Method::OPTIONS, "/epcis/", &[], b"").await;
    assert_eq!((options.status, options.header("allow")), (StatusCode::NO_CONTENT, "GET, OPTIONS"));
    assert_eq!(resources.len(), 9);
    for name in resources {
        assert_eq!(stack.get(&format!("/epcis/{name}")).await.status, StatusCode::OK, "{name}");
    }
    for uri in ["/epcis", "/epcis/bizSteps", "/epcis/bizSteps/packing", "/epcis/bizSteps/packing/events"] {
        let bad = stack.send(Method::GET, uri, &[("gs1-extensions", "cbv=urn:x:")], b"").await;
        let problem = bad.problem(400, "request.invalid_header");
        assert_eq!(problem["errors"][0]["pointer"], "/GS1-Extensions", "{uri}");
    }
    let token = stack.send(Method::DELETE, "/epcis/nextPageToken/any", &[], b"").await;
    let problem = token.problem(501, "provenance.not_implemented");
    assert_eq!(problem["type"], "epcisException:ImplementationException");
}
