//! Tests master data from capture to evidence: each element is a record of its own, its versions stay, and places below
//! others are found by it.

use crate::{
    stack::{Answer, Client, Stack, data, document, event, segment},
    xml::{capture as capture_xml, in_json},
};
use chain_proof::{Verdict, verify};
use http::{Method, StatusCode};
use serde_json::{Value, json};

pub(crate) const LOCATION: &str = "urn:epcglobal:epcis:vtype:BusinessLocation";
pub(crate) const READ_POINT: &str = "urn:epcglobal:epcis:vtype:ReadPoint";
pub(crate) const CITY: &str = "urn:epcglobal:cbv:mda#city";
pub(crate) const DOCK: &str = "urn:epc:id:sgln:4012345.00005.0";
pub(crate) const DOCK_LINK: &str = "https://id.gs1.org/414/4012345000054";
pub(crate) const ROOT: &str = "/v1/provenance/master-data";

/// A capture document with these vocabularies in its header.
pub(crate) fn with_master_data(document: &str, vocabularies: &str) -> String {
    let header = format!(r#""epcisHeader":{{"epcisMasterData":{{"vocabularyList":[{vocabularies}]}}}},"epcisBody""#);
    document.replacen(r#""epcisBody""#, &header, 1)
}

fn vocabulary(kind: &str, elements: &[String]) -> String {
    format!(r#"{{"type":"{kind}","vocabularyElementList":[{}]}}"#, elements.join(","))
}

/// An element with a city and children.
pub(crate) fn element(id: &str, city: &str, children: &[&str]) -> String {
    json!({ "id": id, "attributes": [{ "id": CITY, "attribute": city }], "children": children }).to_string()
}

/// Captures elements of one vocabulary, without events, and expects that it succeeds.
pub(crate) async fn record(stack: &Stack, kind: &str, elements: &[String]) {
    let text = with_master_data(&document(&[]), &vocabulary(kind, elements));
    succeeded(&stack.capture(text.as_bytes()).await);
}

fn succeeded(job: &Answer) {
    assert_eq!(job.status, StatusCode::OK, "{}", job.text());
    assert_eq!((&job.json()["success"], &job.json()["running"]), (&json!(true), &json!(false)), "{}", job.text());
}

pub(crate) fn of(id: &str, below: &str) -> String {
    format!("{ROOT}/{}{below}", segment(id))
}

pub(crate) async fn found(stack: &Stack, uri: &str) -> Value {
    let answer = stack.get(uri).await;
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
    answer.json()
}

/// The items of all pages.
pub(crate) async fn pages(stack: &Stack, uri: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), Some(uri.to_owned()));
    while let Some(uri) = next {
        let page = stack.get(&uri).await;
        assert_eq!(page.status, StatusCode::OK, "{uri}: {}", page.text());
        items.extend(page.json()["items"].as_array().expect("items").clone());
        let link = page.header("link").strip_prefix('<').and_then(|it| it.split_once(">; rel=\"next\""));
        next = link.map(|(uri, _)| uri.to_owned());
    }
    items
}

pub(crate) fn city(version: &Value) -> &str {
    version["document"]["element"]["attributes"][0]["attribute"].as_str().expect("a city")
}

async fn verified(stack: &Stack, uri: &str) -> Value {
    let answer = stack.get(uri).await;
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
    let report = verify(&answer.body, None);
    assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_recorded_returned_and_proved() {
    let stack = Stack::start().await;
    record(&stack, LOCATION, &[element(DOCK, "Köln", &[])]).await;
    let first = found(&stack, &of(DOCK, "")).await;
    assert_eq!((&first["vocabulary"], &first["id"]), (&json!(LOCATION), &json!(DOCK_LINK)));
    assert_eq!(first["document"]["element"], serde_json::from_str::<Value>(&element(DOCK, "Köln", &[])).expect("JSON"));
    assert_eq!(first["document"]["vocabulary"], LOCATION);
    let first_time = first["record_time"].as_str().expect("a time").to_owned();

    // The same content is repeated, other content is a new version, and so is a return to an earlier one.
    record(&stack, LOCATION, &[element(DOCK, "Köln", &[])]).await;
    assert_eq!(pages(&stack, &of(DOCK, "/history")).await.len(), 1);
    for city in ["Bonn", "Köln"] {
        record(&stack, LOCATION, &[element(DOCK, city, &[])]).await;
    }
    let history = pages(&stack, &of(DOCK, "/history?limit=1")).await;
    assert_eq!(history.iter().map(city).collect::<Vec<_>>(), ["Köln", "Bonn", "Köln"]);
    assert_eq!(history[2], first);
    // Every spelling of the id names the element, with or without its vocabulary.
    for uri in [of(DOCK_LINK, ""), format!("{}?vocabulary={LOCATION}", of("https://a.example/414/4012345000054", ""))] {
        assert_eq!(found(&stack, &uri).await, history[0], "{uri}");
    }

    // As it was at a record time.
    let at = |time: &str| format!("{}?as_of={}", of(DOCK, ""), segment(time));
    assert_eq!(found(&stack, &at(&first_time)).await, first);
    assert_eq!(found(&stack, &at("2999-01-01T00:00:00Z")).await, history[0]);
    stack.get(&at("2001-01-01T00:00:00Z")).await.problem(404, "provenance.unknown_master_data");
    let problem = stack.get(&at("yesterday")).await.problem(400, "request.invalid_parameter");
    assert_eq!(problem["errors"][0]["pointer"], "/as_of");

    // The evidence of each version has all leaves of the stream, and only the chosen fields.
    let bundle = verified(&stack, &of(DOCK, "/evidence")).await;
    assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), 3);
    assert_eq!(bundle["subject"]["kind"], "master_data");
    assert_eq!(bundle["subject"]["id"], format!("{LOCATION} {DOCK_LINK}"));
    let middle = history[1]["record_time"].as_str().expect("a time");
    let fields = "fields=/element/attributes/0/attribute";
    let bundle = verified(&stack, &of(DOCK, &format!("/evidence?as_of={}&{fields}", segment(middle)))).await;
    let text = bundle["record"].to_string();
    assert!(text.contains("Bonn") && !text.contains("sgln"), "{text}");
    let tampered = bundle.to_string().replace("Bonn", "Rome");
    assert!(matches!(verify(tampered.as_bytes(), None).verdict, Verdict::Tampered));
    stack.get(&of("urn:ex:none", "/evidence")).await.problem(404, "provenance.unknown_master_data");
    let none = format!("{}?vocabulary=urn:ex:none", of(DOCK, "/evidence"));
    stack.get(&none).await.problem(404, "provenance.unknown_master_data");

    let operation = found(&stack, "/v1/operations?limit=1").await.to_string();
    assert!(!operation.contains("eventList"), "{operation}");
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_are_listed_by_vocabulary_id_and_attribute_for_their_tenant() {
    let stack = Stack::start().await;
    let other = stack.another_tenant().await;
    let plain = r#"{"id":"urn:ex:plain"}"#.to_owned();
    let shop = element("urn:ex:shop", "Bonn", &["urn:ex:shelf", DOCK]);
    record(&stack, LOCATION, &[element(DOCK, "Köln", &[]), plain, shop]).await;
    record(&stack, READ_POINT, &[element(DOCK, "Köln", &[])]).await;
    let names = |items: &[Value]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        items.iter().map(|item| (text(&item["vocabulary"]), text(&item["id"]))).collect()
    };
    let whole: Vec<(String, String)> =
        [(LOCATION, DOCK_LINK), (LOCATION, "urn:ex:plain"), (LOCATION, "urn:ex:shop"), (READ_POINT, DOCK_LINK)]
            .map(|(vocabulary, id)| (vocabulary.to_owned(), id.to_owned()))
            .into();
    let with_city = [whole[0].clone(), whole[2].clone(), whole[3].clone()];
    for (filter, expected) in [
        (String::new(), &whole[..]),
        (format!("vocabulary={LOCATION}"), &whole[..3]),
        (format!("id={}", segment(DOCK)), &[whole[0].clone(), whole[3].clone()][..]),
        (format!("vocabulary={READ_POINT}&id={}", segment(DOCK)), &whole[3..]),
        (format!("attribute={}", segment(CITY)), &with_city[..]),
        ("attribute=cbvmda:city".to_owned(), &with_city[..]),
        (format!("vocabulary={LOCATION}&attribute=cbvmda:none"), &whole[..0]),
        ("child=urn:ex:shelf".to_owned(), &whole[2..3]),
        (format!("child={}&attribute=cbvmda:city", segment(DOCK_LINK)), &whole[2..3]),
        (format!("child={}&attribute=cbvmda:none", segment(DOCK)), &whole[..0]),
        (format!("child={}&vocabulary={READ_POINT}", segment(DOCK)), &whole[..0]),
    ] {
        for limit in ["", "&limit=1"] {
            let items = pages(&stack, &format!("{ROOT}?{filter}{limit}")).await;
            assert_eq!(names(&items), expected, "{filter}{limit}");
        }
    }
    stack.get(&of(DOCK, "")).await.problem(409, "provenance.ambiguous_master_data");
    stack.get(&of(DOCK, "/evidence")).await.problem(409, "provenance.ambiguous_master_data");
    let named = found(&stack, &format!("{}?vocabulary={READ_POINT}", of(DOCK, ""))).await;
    assert_eq!(named["vocabulary"], READ_POINT);
    for (parameter, pointer) in [("limit=0", "/limit"), ("cursor=x", "/cursor"), ("id=urn:ex:%00", "/id")] {
        let problem = stack.get(&format!("{ROOT}?{parameter}")).await.json();
        assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(400), &json!(pointer)));
    }
    stack.get(&format!("{ROOT}?name=x")).await.problem(400, "request.invalid_parameter");

    // Another tenant has none of these.
    let theirs = |uri: String| {
        let (stack, other): (&Stack, &Client) = (&stack, &other);
        async move { stack.send_as(Some(other), Method::GET, &uri, &[], b"").await }
    };
    assert_eq!(theirs(ROOT.to_owned()).await.json()["items"], json!([]));
    for below in ["", "/history", "/evidence"] {
        for id in [DOCK, "urn:ex:none"] {
            for vocabulary in [String::new(), format!("?vocabulary={LOCATION}")] {
                theirs(format!("{}{vocabulary}", of(id, below))).await.problem(404, "provenance.unknown_master_data");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn master_data_is_captured_with_the_events_of_its_document_or_not_at_all() {
    let stack = Stack::start().await;
    let dock = vocabulary(LOCATION, &[element(DOCK, "Köln", &[])]);
    let both = with_master_data(&document(&[event("urn:uuid:1", "")]), &dock);
    let invalid = both.replace("OBSERVE", "LOOK");
    stack.capture(invalid.as_bytes()).await.problem(400, "provenance.invalid_document");
    stack.get(&of(DOCK, "")).await.problem(404, "provenance.unknown_master_data");
    let faulty = both.replace(&format!("\"id\":\"{DOCK}\""), "\"id\":\"no URI\"");
    let problem = stack.capture(faulty.as_bytes()).await.problem(400, "provenance.invalid_document");
    let pointer = "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/id";
    assert_eq!(problem["errors"][0]["pointer"], pointer);
    assert_eq!(stack.get("/epcis/events/urn%3Auuid%3A1").await.status, StatusCode::NOT_FOUND);
    succeeded(&stack.capture(both.as_bytes()).await);
    let place = found(&stack, &of(DOCK, "")).await;
    assert_eq!(city(&place), "Köln");
    let captured = stack.get("/epcis/events/urn%3Auuid%3A1").await.events();
    assert_eq!(captured[0]["recordTime"], place["record_time"], "one transaction has both");
    // A document of a thousand events and one element exceeds a transaction; nothing of it is recorded.
    let many: Vec<String> = (0..1_000).map(|n| event(&format!("urn:uuid:m{n}"), "")).collect();
    let large = with_master_data(&document(&many), &vocabulary(LOCATION, &[element(DOCK, "Bonn", &[])]));
    stack.capture(large.as_bytes()).await.problem(413, "provenance.document_too_large");
    assert_eq!(city(&found(&stack, &of(DOCK, "")).await), "Köln");
}

/// The elements of a document in JSON, each with its vocabulary.
fn elements_of(json: &str) -> Vec<(Value, Value)> {
    let document: Value = serde_json::from_str(json).expect("JSON");
    let list = document["epcisHeader"]["epcisMasterData"]["vocabularyList"].as_array().expect("a list").clone();
    let elements = |vocabulary: Value| {
        let elements = vocabulary["vocabularyElementList"].as_array().cloned().unwrap_or_default();
        elements.into_iter().map(move |element| (vocabulary["type"].clone(), element))
    };
    list.into_iter().flat_map(elements).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_file_in_xml_comes_back_equal_and_is_its_twin_in_json() {
    let stack = Stack::start().await;
    let folder = "epcis/openepcis-test-resources/1.2/EPCIS/XML/Capture/Documents";
    let xml = std::fs::read(data(&format!("{folder}/GS1_US_Pharma_Example_2_2_1_1.xml"))).expect("readable");
    succeeded(&capture_xml(&stack, &xml).await);
    let sent = elements_of(&in_json(&xml));
    assert_eq!(sent.len(), 6);
    let mut items = pages(&stack, &format!("{ROOT}?limit=2")).await;
    assert_eq!(items.len(), sent.len());
    for (vocabulary, element) in &sent {
        let at = items
            .iter()
            .position(|item| (&item["document"]["vocabulary"], &item["document"]["element"]) == (vocabulary, element));
        let item = items.remove(at.unwrap_or_else(|| panic!("{element}")));
        let id = item["id"].as_str().expect("an id");
        assert!(id.starts_with("https://id.gs1.org/"), "{id}");
        verified(&stack, &of(id, "/evidence")).await;
    }
    // The same document in JSON repeats every element.
    succeeded(&stack.capture(in_json(&xml).as_bytes()).await);
    for (_, element) in &sent {
        let id = element["id"].as_str().expect("an id");
        assert_eq!(pages(&stack, &of(id, "/history")).await.len(), 1, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_master_data_alone_is_captured_in_xml() {
    let stack = Stack::start().await;
    let xml = format!(
        r#"<m:EPCISMasterDataDocument xmlns:m="urn:epcglobal:epcis-masterdata:xsd:1" schemaVersion="1.0"
            creationDate="2026-01-01T00:00:00Z"><EPCISBody><VocabularyList><Vocabulary type="{LOCATION}">
            <VocabularyElementList><VocabularyElement id="{DOCK}"><attribute id="{CITY}">Köln</attribute>
            <children><id>urn:ex:shelf</id></children></VocabularyElement></VocabularyElementList></Vocabulary>
            </VocabularyList></EPCISBody></m:EPCISMasterDataDocument>"#
    );
    succeeded(&capture_xml(&stack, xml.as_bytes()).await);
    let place = found(&stack, &of(DOCK, "")).await;
    let twin: Value = serde_json::from_str(&element(DOCK, "Köln", &["urn:ex:shelf"])).expect("JSON");
    assert_eq!(place["document"]["element"], twin);
    record(&stack, LOCATION, &[element(DOCK, "Köln", &["urn:ex:shelf"])]).await;
    assert_eq!(pages(&stack, &of(DOCK, "/history")).await.len(), 1, "the twin in JSON is the same version");
    let faulty = capture_xml(&stack, xml.replace(&format!(" id=\"{DOCK}\""), "").as_bytes()).await;
    let problem = faulty.problem(400, "provenance.invalid_document");
    let fault = &problem["errors"][0];
    assert_eq!(fault["code"], "provenance.missing_field");
    let pointer = fault["pointer"].as_str().expect("a path");
    assert!(pointer.ends_with("VocabularyElement[1]") || pointer.ends_with("VocabularyElement"), "{pointer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_below_others_are_found_by_the_newest_master_data() {
    let stack = Stack::start().await;
    let at = |id: &str, place: &str| {
        let place = format!(r#","readPoint":{{"id":"{place}"}},"bizLocation":{{"id":"{place}"}}"#);
        event(&format!("urn:uuid:{id}"), &place)
    };
    let events = [at("site", "urn:ex:site"), at("dock", DOCK), at("shelf", "urn:ex:shelf"), at("else", "urn:ex:else")];
    succeeded(&stack.capture(document(&events).as_bytes()).await);
    let ids = |answer: &Answer| -> Vec<String> {
        let ids = answer.events().into_iter().map(|event| event["eventID"].as_str().expect("an id").to_owned());
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids
    };
    let all = ["urn:uuid:dock", "urn:uuid:shelf", "urn:uuid:site"];
    let within = |parameter: &str| format!("/epcis/events?{parameter}=urn:ex:site");
    assert_eq!(ids(&stack.get(&within("WD_readPoint")).await), all[2..]);
    record(
        &stack,
        READ_POINT,
        &[element("urn:ex:site", "Köln", &[DOCK]), element(DOCK_LINK, "Köln", &["urn:ex:shelf"])],
    )
    .await;
    assert_eq!(ids(&stack.get(&within("WD_readPoint")).await), all);
    assert_eq!(
        ids(&stack.get(&within("WD_bizLocation")).await),
        all[2..],
        "business locations have their own vocabulary"
    );
    let paged = stack.get(&format!("{}&perPage=1&orderBy=recordTime", within("WD_readPoint"))).await;
    assert!(paged.header("link").contains("nextPageToken"), "{}", paged.header("link"));
    record(&stack, READ_POINT, &[element("urn:ex:site", "Köln", &["urn:ex:else"])]).await;
    assert_eq!(ids(&stack.get(&within("WD_readPoint")).await), ["urn:uuid:else", "urn:uuid:site"]);
    // A circle ends, and a place with too many below it is refused.
    record(&stack, READ_POINT, &[element("urn:ex:else", "Köln", &["urn:ex:site", "urn:ex:else"])]).await;
    assert_eq!(ids(&stack.get(&within("WD_readPoint")).await), ["urn:uuid:else", "urn:uuid:site"]);
    let many: Vec<String> = (0..1_000).map(|n| format!("urn:ex:{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    record(&stack, READ_POINT, &[element("urn:ex:site", "Köln", &many)]).await;
    stack.get(&within("WD_readPoint")).await.problem(413, "provenance.query_too_complex");
}
