//! Tests the form of events in answers: media type, version, spelling of identifiers and words.

use crate::{
    harness::{Account, Answer as WorldAnswer, Setting, World},
    stack::{Stack, document, event},
    xml::{AS_CAPTURED, get_xml, hashes, in_json},
};
use axum::body::Body;
use gateway::{budget::BODY_KIB_MAX, provenance::answer::XML_ANSWER_BYTES_MAX};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use standards_epcis::translate::PrefixTable;
use std::sync::Arc;

const URN: &str = "urn:epc:id:sgtin:4012345.011111.9876";
const LINK: &str = "https://id.gs1.org/01/04012345111118/21/9876";
const LATER_URN: &str = "urn:epc:id:sgtin:4012345.011111.1";
const LATER_LINK: &str = "https://id.gs1.org/01/04012345111118/21/1";

/// An event with a URN, one with a Digital Link; both with a word.
fn events() -> [String; 2] {
    let extra = r#","bizStep":"shipping""#;
    let later = event("urn:uuid:link", extra).replace(URN, LATER_LINK).replace("2026-01-01", "2026-01-02");
    [event("urn:uuid:urn", extra), later]
}

/// A gateway that knows the length of one company prefix, with two events.
async fn world() -> (World, Account) {
    let mut setting = Setting::default();
    setting.config.company_prefixes = Arc::new(PrefixTable::new([("4012345".to_owned(), 7)]));
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    let headers = [("content-type", "application/json"), ("prefer", "wait=20")];
    let answer = send(&world, &account, Method::POST, "/epcis/capture", &headers, &document(&events())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    (world, account)
}

async fn send(
    world: &World,
    account: &Account,
    method: Method,
    uri: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> WorldAnswer {
    let mut request = Request::builder().method(method).uri(uri);
    request = request.header("authorization", format!("Bearer {}", account.secret));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

async fn get(world: &World, account: &Account, headers: &[(&str, &str)]) -> WorldAnswer {
    send(world, account, Method::GET, "/epcis/events?orderBy=eventTime&orderDirection=ASC", headers, "").await
}

/// The first EPC of each event of a document in JSON.
fn epcs(json: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(json).expect("JSON");
    let events = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array().expect("events").clone();
    events.iter().map(|event| event["epcList"][0].as_str().expect("an EPC").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_are_spelled_as_the_request_asks() {
    let (world, account) = world().await;
    let stored = hashes(&document(&events()));
    for (format, said, expected) in [
        (None, "Always_GS1_Digital_Link", [LINK, LATER_LINK]),
        (Some("Always_GS1_Digital_Link"), "Always_GS1_Digital_Link", [LINK, LATER_LINK]),
        (Some("Always_EPC_URN"), "Always_EPC_URN", [URN, LATER_URN]),
        (Some("No_Preference"), "Never_Translates", [URN, LATER_LINK]),
        (Some("Never_Translates"), "Never_Translates", [URN, LATER_LINK]),
    ] {
        for accept in ["application/json", "application/ld+json", "application/xml", "text/xml"] {
            let headers: Vec<_> = [Some(("accept", accept)), format.map(|format| ("gs1-epc-format", format))]
                .into_iter()
                .flatten()
                .collect();
            let answer = get(&world, &account, &headers).await;
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, accept), "{}", answer.text());
            assert_eq!(answer.header("gs1-epc-format"), said, "{format:?}");
            let json = if accept.ends_with("xml") { in_json(&answer.body) } else { answer.text() };
            assert_eq!(epcs(&json), expected, "{format:?} {accept}");
            let found = hashes(&json);
            assert_eq!(
                found.iter().map(|it| &it.1).collect::<Vec<_>>(),
                stored.iter().map(|it| &it.1).collect::<Vec<_>>()
            );
        }
    }
    let answer = get(&world, &account, &[("gs1-epc-format", "Sometimes")]).await;
    answer.assert_problem(406, "provenance.not_acceptable");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_spelled_as_the_request_asks_in_xml_alone() {
    let (world, account) = world().await;
    let (web, urn) = ("https://ref.gs1.org/cbv/BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping");
    for (format, version, expected) in [
        (None, "2.0", web),
        (None, "1.2", urn),
        (Some("No_Preference"), "2.0", web),
        (Some("Never_Translates"), "1.2", urn),
        (Some("Always_Web_URI"), "1.2", web),
        (Some("Always_URN"), "2.0", urn),
    ] {
        let asked = [
            Some(("accept", "application/xml")),
            Some(("gs1-epcis-max", version)),
            format.map(|format| ("gs1-cbv-xml-format", format)),
        ];
        let answer = get(&world, &account, &asked.into_iter().flatten().collect::<Vec<_>>()).await;
        let step = format!("<bizStep>{expected}</bizStep>");
        assert_eq!(answer.text().matches(&step).count(), 2, "{format:?} {version}: {}", answer.text());
        assert_eq!(answer.header("gs1-cbv-xml-format"), format.unwrap_or("No_Preference"));
    }
    let json = get(&world, &account, &[("gs1-cbv-xml-format", "Always_URN")]).await;
    assert!(json.text().contains("\"bizStep\":\"shipping\"") && !json.text().contains(urn), "{}", json.text());
    let answer = get(&world, &account, &[("gs1-cbv-xml-format", "URN")]).await;
    answer.assert_problem(406, "provenance.not_acceptable");
}

#[tokio::test(flavor = "multi_thread")]
async fn version_1_2_is_answered_in_xml_with_urns() {
    let (world, account) = world().await;
    for (headers, kind, version) in [
        (&[("gs1-epcis-max", "1.2.0")][..], "application/xml", "1.2.0"),
        (&[("gs1-epcis-max", "1.2.0"), ("accept", "*/*")], "application/xml", "1.2.0"),
        (&[("gs1-epcis-version", "1.2"), ("accept", "text/xml")], "text/xml", "1.2.0"),
        (&[("gs1-epcis-min", "1.2"), ("gs1-epcis-max", "2.0"), ("accept", "text/xml")], "text/xml", "2.0.0"),
        (&[("gs1-epcis-min", "1.2")], "application/json", "2.0.0"),
    ] {
        let answer = get(&world, &account, headers).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!((answer.header("content-type"), answer.header("gs1-epcis-version")), (kind, version));
        if version == "1.2.0" {
            let text = answer.text();
            assert!(
                text.contains("xmlns:epcisq=\"urn:epcglobal:epcis-query:xsd:1\"")
                    && text.contains("schemaVersion=\"1.2\""),
                "{text}"
            );
            assert_eq!(epcs(&in_json(&answer.body)), [URN, LATER_URN], "{text}");
            assert_eq!(answer.header("gs1-epc-format"), "Always_EPC_URN");
        }
    }
    let json = get(&world, &account, &[("gs1-epcis-max", "1.2"), ("accept", "application/json")]).await;
    json.assert_problem(406, "provenance.not_acceptable");
    assert_eq!(json.json()["errors"][0]["pointer"], "/Accept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_version_1_2_does_not_have_is_named() {
    let stack = Stack::start().await;
    let association = r#"{"type":"AssociationEvent","eventID":"urn:uuid:later","action":"ADD",
        "eventTime":"2026-01-02T00:00:00Z","eventTimeZoneOffset":"+00:00","parentID":"urn:ex:parent",
        "childEPCs":["urn:epc:id:grai:4012345.55555.987"]}"#;
    let both = document(&[event("urn:uuid:1", ""), association.to_owned()]);
    assert_eq!(stack.capture(both.as_bytes()).await.status, StatusCode::OK);
    let asked = [("gs1-epcis-max", "1.2")];
    let answer = get_xml(&stack, "/epcis/events?orderBy=eventTime", &asked).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (406, "application/problem+xml"));
    let text = answer.text();
    assert!(
        text.contains("<code>provenance.not_expressible_in_xml</code>") && text.contains("urn:uuid:later"),
        "{text}"
    );
    let pointer = "/epcisBody/queryResults/resultsBody/eventList/0/type";
    assert!(text.contains(&format!("<pointer>{pointer}</pointer>")), "{text}");
    let headers = [("gs1-epcis-max", "1.2"), ("accept", "application/xml, application/problem+json")];
    let answer = stack.send(Method::GET, "/epcis/events/urn%3Auuid%3Alater", &headers, b"").await;
    let problem = answer.problem(406, "provenance.not_expressible_in_xml");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["type"]),
        (&pointer.into(), &"epcisException:NotAcceptableException".into())
    );
    let detail = |problem: &serde_json::Value| problem["detail"].as_str().expect("a detail").to_owned();
    let stated = detail(&problem);
    assert!(stated.contains("GS1-EPCIS-Max: 2.0") && !stated.contains("no `Accept`"), "{stated}");
    let unstated = stack.send(Method::GET, "/epcis/events/urn%3Auuid%3Alater", &asked, b"").await;
    let unstated = detail(&unstated.problem(406, "provenance.not_expressible_in_xml"));
    assert!(unstated.contains("GS1-EPCIS-Max: 2.0") && unstated.contains("no `Accept`"), "{unstated}");
    assert_eq!(get_xml(&stack, "/epcis/events?eventType=ObjectEvent", &asked).await.status, StatusCode::OK);
    assert_eq!(get_xml(&stack, "/epcis/events", &[]).await.status, StatusCode::OK);
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn version_1_2_of_the_cbv_is_answered_with_its_words_and_others_are_named() {
    let stack = Stack::start().await;
    let old = r#","bizStep":"https://ref.gs1.org/cbv/BizStep-shipping","disposition":"in_transit",
        "bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:4012345000054:1"}],
        "sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:4012345.00005"}]"#;
    let later = event("urn:uuid:later", r#","bizStep":"sampling""#).replace("2026-01-01", "2026-01-02");
    let both = document(&[event("urn:uuid:old", old), later]);
    assert_eq!(stack.capture(both.as_bytes()).await.status, StatusCode::OK);
    let asked = [("gs1-epcis-max", "1.2"), ("gs1-cbv-max", "1.2")];
    let answer = get_xml(&stack, "/epcis/events?EQ_bizStep=shipping", &asked).await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{text}");
    assert_eq!((answer.header("gs1-epcis-version"), answer.header("gs1-cbv-version")), ("1.2.0", "1.2.0"));
    for part in [
        "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>",
        "<disposition>urn:epcglobal:cbv:disp:in_transit</disposition>",
        "<bizTransaction type=\"urn:epcglobal:cbv:btt:po\">",
        "<source type=\"urn:epcglobal:cbv:sdt:owning_party\">",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("ref.gs1.org/cbv"), "{text}");
    assert_eq!(hashes(&in_json(&answer.body))[0].1, hashes(&both)[0].1);
    let pointer = "/epcisBody/queryResults/resultsBody/eventList/0/bizStep";
    for uri in ["/epcis/events?orderBy=eventTime", "/epcis/events/urn%3Auuid%3Alater"] {
        let headers = [("accept", "application/xml, application/problem+json"), asked[0], asked[1]];
        let answer = stack.send(Method::GET, uri, &headers, b"").await;
        let problem = answer.problem(406, "provenance.not_expressible_in_xml");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{uri}");
        let detail = problem["errors"][0]["detail"].as_str().expect("a detail");
        assert!(detail.contains("CBV 1.2 does not have this word"), "{detail}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("urn:uuid:later")), "{problem}");
        // The same event in the words of CBV 2.0, which this version of EPCIS can have as well.
        let answer = get_xml(&stack, uri, &asked[..1]).await;
        assert_eq!((answer.status, answer.header("gs1-cbv-version")), (StatusCode::OK, "2.0.0"), "{}", answer.text());
        assert!(answer.text().contains("urn:epcglobal:cbv:bizstep:sampling"), "{}", answer.text());
    }
    let json = [("accept", "application/json"), asked[1]];
    let answer = stack.send(Method::GET, "/epcis/events", &json, b"").await;
    assert_eq!(answer.problem(406, "provenance.not_acceptable")["errors"][0]["pointer"], "/Accept");
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_all_addresses_of_events_are_the_same_in_xml() {
    let stack = Stack::start().await;
    let events: Vec<String> = (0..5).map(|n| event(&format!("urn:uuid:{n}"), ",\"bizStep\":\"shipping\"")).collect();
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    let query = [("content-type", "application/json")];
    let named = br#"{"name":"mine","query":{"EQ_bizStep":["shipping"]}}"#;
    assert_eq!(stack.send(Method::POST, "/epcis/queries", &query, named).await.status, StatusCode::CREATED);
    for uri in [
        "/epcis/events?perPage=2",
        "/epcis/bizSteps/shipping/events?perPage=2",
        "/epcis/queries/mine/events?perPage=2",
        "/epcis/eventTypes/ObjectEvent/events?perPage=2",
    ] {
        let (mut at, mut pages) = (Some(uri.to_owned()), 0);
        while let Some(uri) = at {
            let (json, xml) = (stack.get(&uri).await, get_xml(&stack, &uri, &[AS_CAPTURED]).await);
            assert_eq!((xml.status, xml.header("content-type")), (StatusCode::OK, "application/xml"), "{}", xml.text());
            assert_eq!(hashes(&in_json(&xml.body)), hashes(&json.text()), "{uri}");
            let next =
                |link: &str| link.strip_prefix('<').and_then(|it| it.split_once('>')).map(|(uri, _)| uri.to_owned());
            assert_eq!(next(xml.header("link")).is_some(), next(json.header("link")).is_some());
            assert!(!xml.header("waymark-height").is_empty());
            // The token of one form continues the other.
            at = next(if pages % 2 == 0 { xml.header("link") } else { json.header("link") });
            pages += 1;
        }
        assert_eq!(pages, 3, "{uri}");
    }
    let query = [("content-type", "application/json"), ("accept", "text/xml"), AS_CAPTURED];
    let posted = stack.send(Method::POST, "/epcis/events", &query, br#"{"query":{"EQ_eventID":["urn:uuid:1"]}}"#).await;
    assert_eq!((posted.status, posted.header("content-type")), (StatusCode::OK, "text/xml"), "{}", posted.text());
    assert_eq!(hashes(&in_json(&posted.body)).len(), 1);
    stack
        .send(Method::GET, "/epcis/events", &[("accept", "text/csv")], b"")
        .await
        .problem(406, "provenance.not_acceptable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_only_xml_gets_no_json() {
    let stack = Stack::start().await;
    let xml_only = ("accept", "application/xml");
    let problem = stack.send(Method::GET, "/epcis/capture", &[xml_only], b"").await;
    assert_eq!((problem.status.as_u16(), problem.header("content-type")), (406, "application/problem+xml"));
    assert!(problem.text().contains("<type>epcisException:NotAcceptableException</type>"), "{}", problem.text());
    // A capture job has no form in XML, so there is no wait for it.
    let headers = [("content-type", "application/json"), ("prefer", "wait=20"), xml_only];
    let body = document(&[event("urn:uuid:1", "")]);
    let captured = stack.send(Method::POST, "/epcis/capture", &headers, body.as_bytes()).await;
    assert_eq!((captured.status, captured.body.len()), (StatusCode::ACCEPTED, 0), "{}", captured.text());
    assert!(captured.header("location").starts_with("/epcis/capture/op_"));
    let unknown = get_xml(&stack, "/epcis/events/urn%3Auuid%3Anone", &[]).await;
    assert_eq!((unknown.status.as_u16(), unknown.header("content-type")), (404, "application/problem+xml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_in_xml_is_refused_and_its_memory_given_back() {
    let stack = Stack::start().await;
    // Each value takes the name twice in XML, and two bytes in JSON.
    let prefix = "p".repeat(240);
    let list = vec!["1"; 15_000].join(",");
    let large = |id: &str| event(id, &format!(",\"{prefix}:v\":[{list}],\"@context\":{{\"{prefix}\":\"urn:x:\"}}"));
    let both = document(&[large("urn:uuid:1"), large("urn:uuid:2")]);
    assert_eq!(stack.capture(both.as_bytes()).await.status, StatusCode::OK);
    assert_eq!(stack.get("/epcis/events").await.events().len(), 2);
    let headers = [("accept", "application/xml, application/problem+json")];
    let answer = stack.send(Method::GET, "/epcis/events", &headers, b"").await;
    let problem = answer.problem(413, "provenance.query_too_large");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&XML_ANSWER_BYTES_MAX.to_string())));
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
    let one = get_xml(&stack, "/epcis/events?perPage=1", &[]).await;
    assert_eq!(one.status, StatusCode::OK, "{}", one.text());
    assert!(one.body.len() > XML_ANSWER_BYTES_MAX / 2 && one.body.len() <= XML_ANSWER_BYTES_MAX, "{}", one.body.len());
    drop(one);
    assert_eq!(stack.gateway.budgets.bytes.free(), BODY_KIB_MAX);
}
