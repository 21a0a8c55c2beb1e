//! An answer gives every name of an event the meaning that it had in the event's document. The meanings are computed
//! by the tests' own reading of JSON-LD.

use proptest::prelude::*;
use serde_json::{Value, json};
use standards_epcis::document::{self, QueryResult, Record, query_document, read_record, record_document};

use super::json_ld::{self, Bindings};

const GS1: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/// The contexts behind the addresses of this test. The library does not know the foreign ones.
fn remote(address: &str) -> Vec<(&'static str, &'static str)> {
    match address {
        GS1 => vec![
            ("cbv", "https://ref.gs1.org/cbv/"),
            ("gs1", "https://gs1.org/voc/"),
            ("epcis", "https://ref.gs1.org/epcis/"),
            ("cbvmda", "urn:epcglobal:cbv:mda:"),
            ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
            ("owl", "http://www.w3.org/2002/07/owl#"),
            ("xsd", "http://www.w3.org/2001/XMLSchema#"),
            ("dcterms", "http://purl.org/dc/terms/"),
            ("queryName", "https://ref.gs1.org/epcis/queryName"),
            ("eventID", "@id"),
        ],
        "https://foreign.example/1" => vec![("a", "https://f1.example/a/"), ("example", "https://f1.example/e/")],
        _ => vec![("colour", "https://f2.example/colour"), ("b", "https://f2.example/b/")],
    }
}

/// Applies a context to the bindings that hold already. No context here has a definition that rests on itself.
fn apply(context: &Value, bindings: &mut Bindings) {
    json_ld::apply(context, bindings, &remote).expect("a context without a circle");
}

/// The meaning of a text: as a term, and as a CURIE.
fn expand(text: &str, bindings: &Bindings) -> String {
    let term = bindings.get(text).cloned().flatten();
    format!("{term:?} {}", json_ld::expand(text, bindings))
}

fn meaning(value: &Value, bindings: &Bindings) -> Value {
    match value {
        Value::String(text) => expand(text, bindings).into(),
        Value::Array(elements) => elements.iter().map(|element| meaning(element, bindings)).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "@context" | "recordTime" | "eventID"))
            .map(|(name, value)| (expand(name, bindings), meaning(value, bindings)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// The meaning of an event under the context of a document and its own. The GS1 context holds in every document.
fn meaning_of_event(document: &Value, own: Option<&Value>, event: &Value) -> Value {
    let mut bindings = Bindings::new();
    apply(&GS1.into(), &mut bindings);
    apply(document, &mut bindings);
    if let Some(own) = own {
        apply(own, &mut bindings);
    }
    meaning(event, &bindings)
}

/// The meaning of an event as it was captured. A bare event's context is that of its document, too, and is read once.
fn meaning_of_captured(document: &Value, event: &Value) -> Value {
    meaning_of_event(document, event.get("@context").filter(|own| *own != document), event)
}

fn check(captured: &[(Value, Value)]) {
    let stored: Vec<Vec<u8>> =
        captured.iter().map(|(context, event)| record_document(&context.to_string(), &event.to_string())).collect();
    let records: Vec<Record<'_>> = stored.iter().map(|bytes| read_record(bytes).expect("a record")).collect();
    let results: Vec<QueryResult<'_, '_>> =
        records.iter().map(|record| QueryResult { record, event_id: "urn:x:id", record_time_ms: 0 }).collect();
    let text = query_document("SimpleEventQuery", 0, &results);
    let answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
    let context = &answer["@context"];
    let names_gs1 =
        |context: &Value| context == GS1 || context.as_array().is_some_and(|list| list.contains(&GS1.into()));
    assert!(names_gs1(context), "{text}");
    let mut envelope = Bindings::new();
    apply(context, &mut envelope);
    assert_eq!(expand("queryName", &envelope), "Some(\"https://ref.gs1.org/epcis/queryName\") queryName", "{text}");
    let events = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array().expect("a list");
    assert_eq!(events.len(), captured.len());
    for (event, (document, before)) in events.iter().zip(captured) {
        assert_eq!(
            meaning_of_event(context, event.get("@context"), event),
            meaning_of_captured(document, before),
            "{before} under {document}\n{text}"
        );
    }
    let own_contexts = events.iter().filter(|event| event.get("@context").is_some()).count();
    let own_before = captured.iter().filter(|(_, event)| event.get("@context").is_some()).count();
    let is_same = captured.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let of_answer = ["\"queryName\"", "\"type\""];
    let binds_answer =
        captured.iter().any(|(context, _)| of_answer.iter().any(|name| context.to_string().contains(name)));
    // A bare event keeps its context, on top of which it may mean something else.
    let changes = captured.iter().any(|(document, event)| {
        let mut once = Bindings::new();
        apply(&json!([GS1, document]), &mut once);
        let mut twice = once.clone();
        apply(document, &mut twice);
        // Nobody can tell what an address that is not fetched defines.
        let is_open = document.to_string().contains("https://foreign.example/");
        event.get("@context") == Some(document) && (is_open || once != twice)
    });
    let needs_no_other = is_same && !binds_answer && !changes;
    assert!(!needs_no_other || own_contexts == own_before, "one context needs no other: {text}");
}

fn name() -> impl Strategy<Value = String> {
    let names = ["a", "b", "example", "cbvmda", "gs1", "queryName", "urn", "colour", "type2"];
    proptest::sample::select(names.to_vec()).prop_map(str::to_owned)
}

fn context() -> impl Strategy<Value = Value> {
    let namespaces = [
        json!("https://one.example/"),
        json!("https://two.example/"),
        json!("urn:epcglobal:cbv:mda"),
        json!("urn:x:"),
        json!("a:sub/"),
        json!("b:sub/"),
        json!("example"),
        json!("gs1:Own-"),
        json!({ "@id": "https://one.example/" }),
        Value::Null,
    ];
    let map = proptest::collection::btree_map(name(), proptest::sample::select(namespaces.to_vec()), 0..4)
        .prop_map(|map| json!(map));
    let address = ["https://foreign.example/1", "https://foreign.example/2"];
    let element = prop_oneof![
        3 => map,
        2 => Just(json!(GS1)),
        1 => proptest::sample::select(address.to_vec()).prop_map(|address| json!(address)),
    ];
    prop_oneof![
        3 => Just(json!([GS1, { "a": "https://one.example/" }])),
        6 => proptest::collection::vec(element.clone(), 0..4).prop_map(Value::Array),
        1 => element,
    ]
    .prop_filter("a namespace rests on itself", |context| {
        json_ld::apply(context, &mut Bindings::new(), &remote).is_ok()
    })
}

fn event() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        name().prop_map(|name| json!(format!("{name}:value"))),
        name().prop_map(|name| json!(name)),
        Just(json!("https://one.example/x")),
        name().prop_map(|name| json!([{ name: "urn:x:1" }, 1.5, null])),
    ];
    let members = proptest::collection::btree_map(name().prop_map(|name| format!("{name}:field")), value, 0..3);
    (members, proptest::option::weighted(0.2, context())).prop_map(|(members, own)| {
        let mut event = json!(members);
        event["type"] = "ObjectEvent".into();
        if let Some(own) = own {
            event["@context"] = own;
        }
        event
    })
}

/// A captured event with the context of its document. A bare event's is its own.
fn captured() -> impl Strategy<Value = (Value, Value)> {
    (context(), event(), 0..5_u8).prop_map(|(context, mut event, kind)| {
        if kind == 0 {
            event["@context"] = context.clone();
        }
        (context, event)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn random_events(page in proptest::collection::vec(captured(), 1..6)) {
        check(&page);
    }
}

#[test]
fn a_neighbours_prefix_changes_nothing() {
    let event = |member: &str| json!({ "type": "ObjectEvent", "ilmd": { member: "ex:value" } });
    let gs1 = json!([GS1]);
    for bound in [
        json!({ "cbvmda": "urn:epcglobal:cbv:mda" }),
        json!({ "ex": "https://ex.example/" }),
        json!({ "urn": "https://ex.example/" }),
        json!({ "ex": { "@id": "https://ex.example/" } }),
        json!({ "ex": null }),
        json!({ "type": "https://ex.example/type" }),
        json!({ "queryName": "https://ex.example/type" }),
    ] {
        for member in ["cbvmda:lotNumber", "ex:lotNumber", "example:lotNumber", "urn:x:lotNumber"] {
            let mine = (json!([GS1, bound]), event(member));
            let neighbour = (gs1.clone(), event(member));
            check(&[mine.clone(), neighbour.clone()]);
            check(&[neighbour.clone(), mine.clone()]);
            check(&[mine.clone(), mine.clone()]);
            check(&[(bound.clone(), event(member)), neighbour, mine]);
        }
    }
}

/// The foreign context defines `example`, on which the namespace of `gs1` would rest when it is read again.
#[test]
fn a_bare_event_keeps_its_meaning_where_a_context_is_not_fetched() {
    let context = json!([{ "gs1": "example" }, "https://foreign.example/1"]);
    let event = json!({ "@context": context, "type": "ObjectEvent", "a:field": "gs1" });
    check(&[(context, event)]);
}

#[test]
fn the_order_of_a_contexts_elements_counts() {
    let (one, two) = ("https://one.example/", "https://two.example/");
    let event = |own: Option<&Value>| {
        let mut event = json!({ "type": "ObjectEvent", "a:field": "a:value", "c:field": "b:value" });
        if let Some(own) = own {
            event["@context"] = own.clone();
        }
        event
    };
    let late = json!([GS1, { "a": "b:sub/" }, { "b": one, "c": "x:/" }]);
    let again = json!([{ "b": one }, { "a": "b:sub/", "c": "a:" }, { "b": two, "a": { "@id": "b:own/" } }]);
    let plain = json!([GS1, { "b": two, "c": "x:/" }]);
    let contexts = [late, again, plain, json!({ "a": "b:sub/", "c": "x:/" }), json!({ "c": "gs1:" })];
    for first in &contexts {
        check(&[(first.clone(), event(Some(first)))]);
        check(&[(first.clone(), event(Some(first))), (first.clone(), event(None))]);
        for second in &contexts {
            check(&[(first.clone(), event(Some(second)))]);
            check(&[(first.clone(), event(None)), (second.clone(), event(Some(second)))]);
            for third in &contexts {
                check(&[(first.clone(), event(Some(second))), (third.clone(), event(None))]);
                check(&[(first.clone(), event(Some(second))), (third.clone(), event(Some(third)))]);
            }
        }
    }
}

/// The events of the public documents, page by page beside each other.
#[test]
fn public_events() {
    let mut captured = Vec::new();
    for (folder, count_min) in [
        ("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31),
        ("RalphTro-epcis-event-hash-generator/tests/examples", 14),
    ] {
        for file in super::shared_data::json_files(folder, count_min) {
            let bytes = super::shared_data::read(&file);
            let document = document::parse(&bytes).expect("the document is valid");
            let parse = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
            captured.extend(document.events.iter().map(|event| (parse(document.context.raw()), parse(event.raw()))));
        }
    }
    check(&captured);
    captured.chunks(7).for_each(check);
}
