//! Tests captures in XML: they are those of their twins in JSON.

use crate::{
    stack::{Stack, data, document, event, files, segment},
    xml::{AS_CAPTURED, XML, capture, contents, get_xml, hashes, in_json, outcomes, xml_document, xml_event},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const RESOURCES: &str = "epcis/openepcis-test-resources";

/// Published documents that are not valid, and the element of the first fault.
const REFUSED: [(&str, &str); 3] = [
    ("1.2/EPCIS/XML/Capture/Documents/TransactionEvent_all_possible_fields.xml", "declarationTime"),
    ("2.0/EPCIS/XML/Capture/Documents/ObjectEvent_all_possible_fields.xml", "ilmd"),
    ("2.0/EPCIS/XML/Capture/Documents/TransactionEvent_all_possible_fields.xml", "eventTime"),
];

fn published(below: &str) -> Vec<PathBuf> {
    files(&data(&format!("{RESOURCES}/{below}")), &[".xml"])
}

/// The event without the members that a repository sets itself or that concern contexts.
fn bare(event: &Value, has_id: bool) -> Value {
    let mut event = event.clone();
    let members = event.as_object_mut().expect("an object");
    members.remove("recordTime");
    members.remove("@context");
    if !has_id {
        members.remove("eventID");
    }
    event
}

fn events_of(document: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(document).expect("JSON");
    let body = &document["epcisBody"];
    let list = body["eventList"].as_array().or_else(|| body["queryResults"]["resultsBody"]["eventList"].as_array());
    list.cloned().unwrap_or_else(|| vec![document.clone()])
}

/// Captures a published document and reads each of its events, in JSON and in XML. Returns the number of events; `None`
/// for a document that is refused.
async fn comes_back_equal(stack: &Stack, path: &Path) -> Option<usize> {
    let name = path.display().to_string();
    let xml = std::fs::read(path).expect("readable");
    let answer = capture(stack, &xml).await;
    if answer.status != StatusCode::OK {
        let problem = answer.json();
        eprintln!("{name}: {problem}");
        let pointer = problem["errors"][0]["pointer"].as_str().expect("a place").to_owned();
        let known = REFUSED.iter().find(|(file, _)| name.ends_with(file));
        let is_order = problem["errors"][0]["code"] == "provenance.invalid_element_order";
        assert!(is_order || known.is_some_and(|(_, element)| pointer.contains(element)), "{name}: {problem}");
        return None;
    }
    assert_eq!(answer.json()["success"], true, "{name}: {}", answer.text());
    let sent = in_json(&xml);
    let named = hashes(&sent);
    for (event, (id, hash)) in events_of(&sent).iter().zip(&named) {
        let uri = format!("/epcis/events/{}", segment(id.as_deref().unwrap_or(hash)));
        let found = stack.get(&uri).await.events();
        assert!(found.iter().any(|found| bare(found, id.is_some()) == bare(event, id.is_some())), "{name}: {event}");
        let answer = get_xml(stack, &uri, &[AS_CAPTURED]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/xml"), "{name}");
        let again = hashes(&in_json(&answer.body));
        assert!(again.iter().any(|(_, again)| again == hash), "{name}: {}", answer.text());
    }
    Some(named.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_document_comes_back_equal_in_json_and_in_xml() {
    let stack = Stack::start().await;
    let (mut captured, mut events, mut refused) = (0, 0, 0);
    let folders =
        ["2.0/EPCIS/XML/Capture/Documents", "2.0/EPCIS/XML/Capture/Events", "1.2/EPCIS/XML/Capture/Documents"];
    for path in folders.iter().flat_map(|folder| published(folder)) {
        match comes_back_equal(&stack, &path).await {
            Some(count) => (captured, events) = (captured + 1, events + count),
            None => refused += 1,
        }
    }
    assert_eq!(captured + refused, 55);
    assert!(refused <= 8 && events > captured, "{captured} {events} {refused}");
}

/// The letters of a file's name, which some pairs spell differently.
fn letters(path: &Path) -> String {
    let stem = path.file_stem().expect("a name").to_string_lossy().to_lowercase();
    stem.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn published_twins_are_one_record() {
    let stack = Stack::start().await;
    let json_files = files(&data(&format!("{RESOURCES}/2.0/EPCIS/JSON/Capture/Documents")), &[".json"]);
    let (mut pairs, mut equal) = (0, 0);
    for path in published("2.0/EPCIS/XML/Capture/Documents") {
        let Some(twin) = json_files.iter().find(|json| letters(json) == letters(&path)) else { continue };
        let json = std::fs::read_to_string(twin).expect("readable");
        let xml = std::fs::read(&path).expect("readable");
        let first = stack.capture(json.as_bytes()).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        let second = capture(&stack, &xml).await;
        if second.status != StatusCode::OK {
            continue;
        }
        pairs += 1;
        // Some pairs spell a value differently: their events have one hash and are two records, as in JSON.
        let (ours, theirs) = (contents(&in_json(&xml)), contents(&json));
        let outcomes = outcomes(&stack, &second).await;
        for (content, outcome) in ours.iter().zip(&outcomes).filter(|(content, _)| theirs.contains(content)) {
            assert_eq!(outcome, "repeated", "{}: {content}", path.display());
            equal += 1;
        }
    }
    assert!(pairs > 20 && equal > 10, "{pairs} {equal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_have_one_hash_and_are_one_record_whichever_came_first() {
    let stack = Stack::start().await;
    let json = |id: &str| {
        let own = format!("\"eventID\":\"{id}\",");
        let event = event(id, r#","bizStep":"shipping","disposition":"in_transit""#);
        document(&[if id.is_empty() { event.replace(&own, "") } else { event }])
    };
    let words = "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>\
                 <disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition>";
    let xml = |id: &str| xml_document(&xml_event(id, words));
    assert_eq!(capture(&stack, xml("").as_bytes()).await.status, StatusCode::OK);
    let second = stack.capture(json("").as_bytes()).await;
    assert_eq!(outcomes(&stack, &second).await, ["repeated"]);
    let only = stack.get("/epcis/events").await.events();
    assert_eq!(only.len(), 1, "{only:?}");
    assert_eq!(only[0]["eventID"], hashes(&json(""))[0].1);
    assert_eq!((&only[0]["bizStep"], &only[0]["disposition"]), (&json!("shipping"), &json!("in_transit")));
    assert_eq!(stack.capture(json("urn:uuid:1").as_bytes()).await.status, StatusCode::OK);
    let text = [("content-type", "Text/XML; charset=UTF-8"), ("prefer", "wait=20")];
    let second = stack.send(Method::POST, "/epcis/capture", &text, xml("urn:uuid:1").as_bytes()).await;
    assert_eq!(outcomes(&stack, &second).await, ["repeated"]);
    let evidence = stack.get("/v1/provenance/events/urn%3Auuid%3A1/evidence").await;
    assert_eq!(evidence.status, StatusCode::OK, "{}", evidence.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_without_events_and_answers_are_captured() {
    let stack = Stack::start().await;
    let empty = capture(&stack, xml_document("").as_bytes()).await.json();
    assert_eq!((&empty["running"], &empty["success"], &empty["errors"]), (&json!(false), &json!(true), &json!([])));
    let answer = get_xml(&stack, "/epcis/events", &[]).await;
    assert_eq!(capture(&stack, &answer.body).await.json()["success"], true, "{}", answer.text());
    let events = xml_event("urn:uuid:1", "") + &xml_event("", "<bizStep>urn:ex:own</bizStep>");
    assert_eq!(capture(&stack, xml_document(&events).as_bytes()).await.json()["success"], true);
    // An answer of this repository is the same record, in both versions of the XML.
    for headers in [&[AS_CAPTURED][..], &[AS_CAPTURED, ("gs1-epcis-max", "1.2")]] {
        let answer = get_xml(&stack, "/epcis/events", headers).await;
        let job = capture(&stack, &answer.body).await;
        assert_eq!(outcomes(&stack, &job).await, ["repeated", "repeated"], "{}", answer.text());
    }
    assert_eq!(stack.get("/epcis/events").await.events().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_class_and_its_twins_are_one_record() {
    let stack = Stack::start().await;
    let class = r#","https://ex.example/fat":4.25,
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.L1","quantity":2}]"#;
    let json =
        document(&[event("urn:uuid:1", class).replace(r#""epcList":["urn:epc:id:sgtin:4012345.011111.9876"],"#, "")]);
    let first = stack.capture(json.as_bytes()).await;
    assert_eq!(outcomes(&stack, &first).await, ["applied"], "{}", first.text());
    // Version 1.2 has a list of EPCs in every event, and a type of a number is the writer's choice.
    for headers in [&[AS_CAPTURED][..], &[AS_CAPTURED, ("gs1-epcis-max", "1.2")]] {
        let typed = get_xml(&stack, "/epcis/events", headers).await.text();
        let untyped = typed.replace(" xsi:type=\"xsd:decimal\"", "");
        assert!(untyped.len() < typed.len(), "{typed}");
        for xml in [typed, untyped] {
            let again = capture(&stack, xml.as_bytes()).await;
            assert_eq!(outcomes(&stack, &again).await, ["repeated"], "{xml}");
        }
    }
    assert_eq!(stack.get("/epcis/events").await.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_stated_for_xml_alone() {
    let stack = Stack::start().await;
    let xml = xml_document(&xml_event("urn:uuid:1", "")).replace("xsd:2", "xsd:1").replace("\"2.0\"", "\"1.2\"");
    let xml =
        xml.replace("<eventID>urn:uuid:1</eventID>", "<baseExtension><eventID>urn:uuid:1</eventID></baseExtension>");
    for (kind, version, status) in
        [("application/xml", "1.2.0", 200), ("application/xml", "1.3", 406), ("application/json", "1.2.0", 406)]
    {
        for name in ["gs1-epcis-version", "gs1-cbv-version"] {
            let headers = [("content-type", kind), ("prefer", "wait=20"), (name, version)];
            let answer = stack.send(Method::POST, "/epcis/capture", &headers, xml.as_bytes()).await;
            assert_eq!(answer.status.as_u16(), status, "{kind} {name} {version}: {}", answer.text());
        }
    }
    assert_eq!(stack.get("/epcis/events/urn%3Auuid%3A1").await.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_is_captured_and_answered_in_xml() {
    let stack = Stack::start().await;
    let alone = |id: &str| xml_event(id, "<bizStep>urn:ex:own</bizStep>");
    let keyed = [XML, ("idempotency-key", "k1"), ("accept", "text/xml, application/json;q=0.5")];
    let first = stack.send(Method::POST, "/epcis/events", &keyed, alone("urn:uuid:1").as_bytes()).await;
    assert_eq!((first.status, first.header("content-type")), (StatusCode::CREATED, "text/xml"), "{}", first.text());
    assert_eq!(first.header("location"), "/epcis/events/urn%3Auuid%3A1");
    assert_eq!(first.header("gs1-epc-format"), "Never_Translates");
    let recorded: Value = serde_json::from_str(&in_json(&first.body)).expect("JSON");
    assert_eq!((&recorded["eventID"], &recorded["bizStep"]), (&json!("urn:uuid:1"), &json!("urn:ex:own")));
    assert!(recorded["recordTime"].is_string(), "{recorded}");
    assert_eq!(recorded["epcList"], json!(["urn:epc:id:sgtin:4012345.011111.9876"]));
    let again = stack.send(Method::POST, "/epcis/events", &keyed, alone("urn:uuid:1").as_bytes()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::CREATED, "true"));
    let conflict = stack.send(Method::POST, "/epcis/events", &[XML], alone("urn:uuid:1").as_bytes()).await;
    conflict.problem(409, "provenance.event_exists");
    let json = stack.send(Method::POST, "/epcis/events", &[XML], alone("urn:uuid:2").as_bytes()).await;
    assert_eq!((json.status, json.header("content-type")), (StatusCode::CREATED, "application/json"));
    assert_eq!(json.json()["eventID"], "urn:uuid:2");
    // A document is for `/epcis/capture`, as in JSON.
    let whole = xml_document(&alone("urn:uuid:3"));
    let problem = stack.send(Method::POST, "/epcis/events", &[XML], whole.as_bytes()).await;
    problem.problem(400, "provenance.invalid_document");
}
