//! Tests queries by attributes of the master data that events name: they find the same through every interface, the
//! newest master data of the caller's tenant counts, and what a page reads of it is bounded.

use crate::{
    provenance_filter::{ids, next},
    provenance_master_data::with_master_data,
    stack::{Client, Stack, document, event, segment},
    xml::capture as capture_xml,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const EXTENSIONS: (&str, &str) = ("gs1-extensions", "ex=https://gs1.org/voc/");
const LOCATION: &str = "urn:epcglobal:epcis:vtype:BusinessLocation";
const TRANSACTION: &str = "urn:epcglobal:epcis:vtype:BusinessTransaction";
const DOCK: &str = "urn:epc:id:sgln:4012345.00005.0";
const SHOP: &str = "https://id.gs1.org/414/4012345000061";

/// A capture document with events and elements of vocabularies: vocabulary, id, attributes.
fn with_elements(events: &[String], elements: &[(String, String, Value)]) -> String {
    let vocabularies: Vec<String> = elements
        .iter()
        .map(|(kind, id, attributes)| {
            json!({ "type": kind, "vocabularyElementList": [{ "id": id, "attributes": attributes }] }).to_string()
        })
        .collect();
    with_master_data(&document(events), &vocabularies.join(","))
}

/// Captures a document as a client, or as the first tenant, and expects that it succeeds.
async fn capture(stack: &Stack, client: Option<&Client>, text: &str) {
    let headers = [JSON, ("prefer", "wait=20")];
    let job = match client {
        Some(client) => stack.send_as(Some(client), Method::POST, "/epcis/capture", &headers, text.as_bytes()).await,
        None => stack.send(Method::POST, "/epcis/capture", &headers, text.as_bytes()).await,
    };
    assert_eq!((job.status, &job.json()["success"]), (StatusCode::OK, &json!(true)), "{}", job.text());
}

fn attribute(id: &str, value: impl Into<Value>) -> Value {
    json!({ "id": id, "attribute": value.into() })
}

/// Six events, the later ones first in an answer: at a dock, at a shop, and about transactions.
fn events() -> Vec<String> {
    let members = [
        format!(r#","bizLocation":{{"id":"{DOCK}"}}"#),
        format!(r#","bizLocation":{{"id":"{SHOP}"}},"bizStep":"shipping""#),
        r#","bizLocation":{"id":"urn:ex:unknown"}"#.to_owned(),
        r#","bizTransactionList":[{"bizTransaction":"urn:ex:t:0"},{"type":"po","bizTransaction":"urn:ex:t:1"}]"#
            .to_owned(),
        r#","gs1:machine":["urn:ex:m:7"]"#.to_owned(),
        r#","quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.A","quantity":1}]"#.to_owned(),
    ];
    let made = members
        .iter()
        .enumerate()
        .map(|(n, members)| event(&format!("urn:uuid:{n}"), members).replace("00:00:00Z", &format!("00:00:0{n}Z")));
    made.collect()
}

fn elements() -> Vec<(String, String, Value)> {
    let city = "urn:epcglobal:cbv:mda#city";
    let rows = [
        (LOCATION, DOCK, json!([attribute(city, "Köln"), attribute("gs1:size", 70.0), attribute("gs1:cold", "yes")])),
        (LOCATION, SHOP, json!([attribute("cbvmda:city", "Bonn"), attribute("gs1:size", 7)])),
        ("urn:epcglobal:epcis:vtype:ReadPoint", "urn:ex:unknown", json!([attribute(city, "Bonn")])),
        (TRANSACTION, "urn:ex:t:1", json!([attribute("gs1:terms", "30 days")])),
        ("urn:ex:machines", "urn:ex:m:7", json!([attribute("gs1:maker", "Ada")])),
        (
            "urn:epcglobal:epcis:vtype:EPCClass",
            "https://id.gs1.org/01/04012345123456/10/A",
            json!([attribute("cbvmda:bestBeforeDate", "2026-03-01")]),
        ),
        (
            "urn:epcglobal:epcis:vtype:BusinessStep",
            "urn:epcglobal:cbv:bizstep:shipping",
            json!([attribute("gs1:risk", "high")]),
        ),
    ];
    rows.map(|(kind, id, attributes)| (kind.to_owned(), id.to_owned(), attributes)).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_interface_finds_the_same() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    capture(&stack, None, &with_elements(&events(), &elements())).await;
    // What another tenant records of the same places counts for its own events alone.
    let cold = json!([attribute("gs1:cold", "yes"), attribute("cbvmda:city", "Köln")]);
    let of_other = [(LOCATION.to_owned(), SHOP.to_owned(), cold)];
    let theirs = event("urn:uuid:other", &format!(r#","bizLocation":{{"id":"{SHOP}"}}"#));
    capture(&stack, Some(&other), &with_elements(&[theirs], &of_other)).await;
    let numbers = |found: &[&str]| found.iter().map(|n| format!("urn:uuid:{n}")).collect::<Vec<_>>();
    for (parameters, expected, of_other) in [
        (&[("HASATTR_bizLocation", "cbvmda:city")][..], &["1", "0"][..], true),
        (&[("HASATTR_bizLocation", "ex:cold")], &["0"], true),
        (&[("HASATTR_bizLocation", "ex:none|ex:size"), ("EQ_bizStep", "shipping")], &["1"], false),
        (&[("EQ_ATTR_bizLocation_city", "Bonn|Rom")], &["1"], false),
        (&[("EQ_ATTR_bizLocation_cbvmda:city", "Köln")], &["0"], true),
        (&[("EQ_ATTR_bizLocation_ex:size", "7e1")], &["0"], false),
        (&[("EQ_ATTR_bizLocation_ex:size", "7"), ("HASATTR_bizStep", "ex:risk")], &["1"], false),
        (&[("EQ_ATTR_bizTransaction_ex:terms", "30 days"), ("EQ_action", "OBSERVE")], &["3"], false),
        (&[("EQ_ATTR_ex:machine_ex:maker", "Ada")], &["4"], false),
        (&[("EQ_ATTR_epcClass_bestBeforeDate", "2026-03-01")], &["5"], false),
        (&[("HASATTR_readPoint", "cbvmda:city")], &[], false),
    ] {
        let expected = numbers(expected);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let uri = format!("/epcis/events?{query}");
        let by_get = stack.send(Method::GET, &uri, &[EXTENSIONS], b"").await;
        let found = (ids(&by_get), by_get.header("waymark-examined"), next(&by_get));
        assert_eq!(found, (expected.clone(), "", None), "{uri}");
        let in_xml = stack.send(Method::GET, &uri, &[EXTENSIONS, ("accept", "application/xml")], b"").await;
        assert_eq!(in_xml.status, StatusCode::OK, "{}", in_xml.text());
        for n in 0..6 {
            let id = format!("urn:uuid:{n}");
            assert_eq!(in_xml.text().contains(&format!("<eventID>{id}<")), expected.contains(&id), "{}", in_xml.text());
        }
        let members: serde_json::Map<String, Value> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value.split('|').collect::<Vec<_>>())))
            .collect();
        let mut body = json!({ "@context": { "ex": "https://gs1.org/voc/" }, "query": members });
        let by_post = stack.send(Method::POST, "/epcis/events", &[JSON], body.to_string().as_bytes()).await;
        assert_eq!(ids(&by_post), expected, "{body}");
        let context = body["@context"].take();
        body["query"]["@context"] = context;
        let named = json!({ "name": query, "query": body["query"] });
        let made = stack.send(Method::POST, "/epcis/queries", &[JSON], named.to_string().as_bytes()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        assert_eq!(ids(&stack.get(&format!("{}/events", made.header("location"))).await), expected, "{named}");
        let of_type = format!("{{ namedQuery(name: {}) {{ events {{ nodes {{ eventId }} }} }} }}", json!(query));
        let by_name = stack.graphql(&of_type).await["namedQuery"]["events"]["nodes"].clone();
        let written = |parameter: &(&str, &str)| {
            let (name, value) = *parameter;
            let full = |text: &str| text.replace("ex:", "https://gs1.org/voc/");
            let values: Vec<String> = value.split('|').map(full).collect();
            format!("{{name: {}, values: {}}}", json!(full(name)), json!(values))
        };
        let others: Vec<String> = parameters.iter().map(written).collect();
        let graphql =
            format!("{{ events(filter: {{parameters: [{}]}}) {{ nodes {{ eventId }} }} }}", others.join(", "));
        let by_filter = stack.graphql(&graphql).await["events"]["nodes"].clone();
        let nodes = json!(expected.iter().map(|id| json!({ "eventId": id })).collect::<Vec<_>>());
        assert_eq!((&by_filter, &by_name), (&nodes, &nodes), "{graphql}");
        let foreign = stack.send_as(Some(&other), Method::GET, &uri, &[EXTENSIONS], b"").await;
        let expected = if of_other { numbers(&["other"]) } else { Vec::new() };
        assert_eq!(ids(&foreign), expected, "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_master_data_counts_in_either_binding() {
    let stack = Stack::start().await;
    capture(&stack, None, &document(&events())).await;
    let in_city = |city: &str| format!("/epcis/events?EQ_ATTR_bizLocation_city={}", segment(city));
    assert!(ids(&stack.get(&in_city("Köln")).await).is_empty());
    let xml = |city: &str| {
        format!(
            r#"<m:EPCISMasterDataDocument xmlns:m="urn:epcglobal:epcis-masterdata:xsd:1" schemaVersion="1.0"
            creationDate="2026-01-01T00:00:00Z"><EPCISBody><VocabularyList><Vocabulary type="{LOCATION}">
            <VocabularyElementList><VocabularyElement id="{DOCK}"><attribute id="urn:epcglobal:cbv:mda#city">{city}
            </attribute></VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList></EPCISBody>
            </m:EPCISMasterDataDocument>"#
        )
        .replace(&format!("{city}\n            "), city)
    };
    let found = |city: &'static str| {
        let stack = &stack;
        async move { ids(&stack.get(&in_city(city)).await) }
    };
    assert_eq!(capture_xml(&stack, xml("Köln").as_bytes()).await.status, StatusCode::OK);
    assert_eq!((found("Köln").await, found("Bonn").await), (vec!["urn:uuid:0".to_owned()], vec![]));
    capture(
        &stack,
        None,
        &with_elements(&[], &[(LOCATION.into(), DOCK.into(), json!([attribute("cbvmda:city", "Bonn")]))]),
    )
    .await;
    assert_eq!((found("Köln").await, found("Bonn").await), (vec![], vec!["urn:uuid:0".to_owned()]));
    // An element without attributes takes them away.
    capture(&stack, None, &with_elements(&[], &[(LOCATION.into(), DOCK.into(), json!([]))])).await;
    assert_eq!((found("Köln").await, found("Bonn").await), (vec![], vec![]));
    let has = stack.get("/epcis/events?HASATTR_bizLocation=cbvmda:city").await;
    assert_eq!(ids(&has), Vec::<String>::new());
}

/// Captures transactions with large master data, and events that name one each, and returns their number.
async fn with_large_master_data(stack: &Stack) -> usize {
    let note = "x".repeat(60 * 1_000);
    let of = |n: usize| {
        let attributes = json!([attribute("gs1:note", &*note), attribute("gs1:number", n)]);
        (TRANSACTION.to_owned(), format!("urn:ex:t:{n}"), attributes)
    };
    let (parts, size) = (5, 70);
    for part in 0..parts {
        let elements: Vec<_> = (part * size..(part + 1) * size).map(of).collect();
        let events: Vec<String> = (part * size..(part + 1) * size)
            .map(|n| {
                event(
                    &format!("urn:uuid:{n:04}"),
                    &format!(r#","bizTransactionList":[{{"bizTransaction":"urn:ex:t:{n}"}}]"#),
                )
                .replace("00:00:00Z", &format!("00:{:02}:{:02}Z", n / 60, n % 60))
            })
            .collect();
        capture(stack, None, &with_elements(&events, &elements)).await;
    }
    parts * size
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_ends_at_the_master_data_that_was_read_and_continues() {
    let stack = Stack::start().await;
    let count = with_large_master_data(&stack).await;
    // The earliest event is the only one that matches, and it comes last.
    let condition = format!("{}=0", segment("EQ_ATTR_bizTransaction_https://gs1.org/voc/number"));
    let (mut found, mut examined) = (Vec::new(), Vec::new());
    let mut uri = Some(format!("/epcis/events?{condition}"));
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        found.extend(ids(&answer));
        examined.push(answer.header("waymark-examined").to_owned());
        uri = next(&answer);
        assert_eq!(uri.is_some(), !examined.last().expect("one").is_empty(), "{examined:?}");
    }
    assert_eq!(found, ["urn:uuid:0000"]);
    assert!(examined.len() > 1, "{examined:?}");
    let first: usize = examined[0].parse().expect("a number of events");
    assert!((count / 4..count).contains(&first), "{examined:?}");
    let counted = stack.get(&format!("/epcis/events?{condition}&maxEventCount=1")).await;
    counted.problem(413, "provenance.query_too_complex");
    // Every event has such an attribute, and pages are whole.
    let has = format!("HASATTR_bizTransaction={}", segment("https://gs1.org/voc/number"));
    let (mut found, mut uri) = (Vec::new(), Some(format!("/epcis/events?{has}&perPage=100")));
    while let Some(at) = uri {
        let answer = stack.get(&at).await;
        found.extend(ids(&answer));
        uri = next(&answer);
    }
    let expected: Vec<String> = (0..count).rev().map(|n| format!("urn:uuid:{n:04}")).collect();
    assert_eq!(found, expected);
    // An event that names more master data than a page may read refuses the query, even if later events name little.
    let items: Vec<Value> = (0..count).map(|n| json!({ "bizTransaction": format!("urn:ex:t:{n}") })).collect();
    let all = event("urn:uuid:all", &format!(r#","bizTransactionList":{}"#, json!(items)));
    capture(&stack, None, &document(&[all.replace("00:00:00Z", "23:00:00Z")])).await;
    let unmet = format!("{}=-1", segment("EQ_ATTR_bizTransaction_https://gs1.org/voc/number"));
    stack.get(&format!("/epcis/events?{unmet}")).await.problem(413, "provenance.query_too_complex");
    let narrow = format!("/epcis/events?{condition}&LT_eventTime=2026-01-01T00:00:10Z");
    assert_eq!(ids(&stack.get(&narrow).await), ["urn:uuid:0000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_asks_for_too_much_is_refused() {
    let stack = Stack::start().await;
    let listed = |count: usize| json!((0..count).map(|n| format!("urn:ex:{n}")).collect::<Vec<_>>());
    let at = |id: &str, members: &str, hour: &str| event(id, members).replace("00:00:00Z", &format!("{hour}:00:00Z"));
    let events = [
        at("urn:uuid:1", &format!(r#","gs1:most":{}"#, listed(2_000)), "01"),
        at("urn:uuid:2", &format!(r#","gs1:more":{}"#, listed(2_001)), "02"),
        at("urn:uuid:3", r#","gs1:many":"urn:ex:many""#, "03"),
        at("urn:uuid:4", r#","gs1:several":"urn:ex:several""#, "04"),
    ];
    let of = |count: usize, id: &str| {
        let (id, value) = (id.to_owned(), json!([attribute("gs1:a", 1)]));
        (0..count).map(move |n| (format!("urn:ex:v:{n}"), id.clone(), value.clone())).collect::<Vec<_>>()
    };
    let last = (TRANSACTION.to_owned(), "urn:ex:1999".to_owned(), json!([attribute("gs1:a", 1)]));
    let elements = [of(17, "urn:ex:many"), of(16, "urn:ex:several"), vec![last]].concat();
    capture(&stack, None, &with_elements(&events, &elements)).await;
    let has = |field: &str| {
        format!(
            "/epcis/events?{}={}",
            segment(&format!("HASATTR_https://gs1.org/voc/{field}")),
            segment("https://gs1.org/voc/a")
        )
    };
    for (field, id) in [("most", "urn:uuid:1"), ("several", "urn:uuid:4")] {
        assert_eq!(ids(&stack.get(&has(field)).await), [id], "{field}");
    }
    for field in ["more", "many"] {
        let problem = stack.get(&has(field)).await.problem(413, "provenance.query_too_complex");
        assert_eq!(problem["type"], "epcisException:QueryTooComplexException", "{problem}");
    }
}
