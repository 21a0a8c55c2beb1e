//! A prefix means what the JSON-LD algorithms say, whether an event is read in its document or alone. The order of a
//! context's elements counts, and the order of an object's members does not.

use proptest::prelude::*;
use serde_json::{Value, json};
use standards_epcis::{
    document::{self, content},
    limit::{NAMESPACE_HOPS_MAX, URI_BYTES_MAX},
    problem::code,
};

use super::json_ld::{self, Bindings, CyclicMapping};

const GS1: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// The names that the contexts of this test bind. `cbv` is also bound by the GS1 context.
const NAMES: [&str; 6] = ["a", "b", "c", "d", "cbv", "urn"];

/// The bindings of the GS1 context that this test uses.
fn gs1(address: &str) -> Vec<(&'static str, &'static str)> {
    assert_eq!(address, GS1);
    vec![("cbv", "https://ref.gs1.org/cbv/"), ("gs1", "https://gs1.org/voc/")]
}

/// The bindings under the context of a document, and then that of an event.
fn bindings(document: &Value, own: Option<&Value>) -> Result<Bindings, CyclicMapping> {
    let mut active = Bindings::new();
    json_ld::apply(&GS1.into(), &mut active, &gs1)?;
    json_ld::apply(document, &mut active, &gs1)?;
    own.map_or(Ok(()), |own| json_ld::apply(own, &mut active, &gs1))?;
    Ok(active)
}

/// A CURIE with each of the names.
fn probes() -> Vec<String> {
    NAMES.iter().map(|name| format!("{name}:probe")).collect()
}

fn event(own: Option<&Value>) -> Value {
    let mut event = json!({
        "type": "ObjectEvent", "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "epcList": ["https://id.example/1"], "gs1:probes": probes(),
    });
    if let Some(own) = own {
        event["@context"] = own.clone();
    }
    event
}

/// Reads the probes under these contexts. The error is that of the first problem: its pointer and code.
fn read(bytes: &[u8]) -> Result<Vec<String>, (String, &'static str)> {
    let document = document::parse(bytes).map_err(|problems| (problems[0].pointer.clone(), problems[0].code))?;
    let content = content(&document.events[0], &document.context, "urn:x:id");
    let content: Value = serde_json::from_str(&content).expect("a content is JSON");
    let probes = content["event"]["https://gs1.org/voc/probes"].as_array().expect("the probes");
    Ok(probes.iter().map(|probe| probe.as_str().expect("a text").to_owned()).collect())
}

fn read_in_document(context: &Value, own: Option<&Value>) -> Result<Vec<String>, (String, &'static str)> {
    let document = json!({
        "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z",
        "epcisBody": { "eventList": [event(own)] },
    });
    read(document.to_string().as_bytes())
}

fn expanded(active: &Bindings) -> Vec<String> {
    probes().iter().map(|probe| json_ld::expand(probe, active)).collect()
}

/// The elements of both contexts in one list.
fn joined(document: &Value, own: Option<&Value>) -> Value {
    let elements = |context: &Value| context.as_array().cloned().unwrap_or_else(|| vec![context.clone()]);
    own.map_or_else(|| document.clone(), |own| [elements(document), elements(own)].concat().into())
}

fn context() -> impl Strategy<Value = Value> {
    let namespaces = [
        json!("https://one.example/"),
        json!("https://two.example/"),
        json!("x:three/"),
        json!("a:in-a/"),
        json!("b:in-b/"),
        json!("c:in-c/"),
        json!("cbv:in-cbv/"),
        json!("urn:in-urn:"),
        json!("a"),
        json!("b"),
        json!({ "@id": "b:in-b/" }),
        Value::Null,
    ];
    let map = proptest::collection::btree_map(
        proptest::sample::select(&NAMES[..]),
        proptest::sample::select(namespaces.to_vec()),
        0..4,
    )
    .prop_map(|map| json!(map));
    let element = prop_oneof![5 => map, 1 => Just(json!(GS1))];
    prop_oneof![
        4 => proptest::collection::vec(element.clone(), 0..4).prop_map(Value::Array),
        1 => element,
    ]
}

/// The context of a document, and that of an event in it. Some events repeat their document's.
fn contexts() -> impl Strategy<Value = (Value, Option<Value>)> {
    (context(), proptest::option::of(context()), 0..10_u8).prop_map(|(document, own, kind)| {
        let own = if kind == 0 { Some(document.clone()) } else { own };
        (document, own)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn random_contexts((document, own) in contexts()) {
        let own = own.as_ref();
        let found = read_in_document(&document, own);
        let repeats = own == Some(&document) && bindings(&document, own) != bindings(&document, None);
        match bindings(&document, own) {
            Err(CyclicMapping) => {
                let (pointer, code) = found.expect_err("a namespace rests on itself");
                prop_assert_eq!(code, code::INVALID_CONTEXT);
                prop_assert!(pointer.contains("/@context/"), "{}", pointer);
            }
            Ok(_) if repeats => {
                let refused = ("/epcisBody/eventList/0/@context".to_owned(), code::INVALID_CONTEXT);
                prop_assert_eq!(found, Err(refused));
            }
            Ok(active) => {
                prop_assert_eq!(found.as_ref(), Ok(&expanded(&active)));
                prop_assert_eq!(read_in_document(&joined(&document, own), None), found);
            }
        }
        // A bare event's context is read once.
        if let Ok(active) = bindings(&document, None) {
            prop_assert_eq!(read(event(Some(&document)).to_string().as_bytes()), Ok(expanded(&active)));
        }
    }
}

#[test]
fn a_namespace_that_rests_on_itself_is_refused_where_it_stands() {
    let ex = json!({ "a": "https://one.example/" });
    for (document, own, pointer) in [
        (json!({ "a": "a:1/" }), None, "/@context/a"),
        (json!({ "urn": "urn:x:" }), None, "/@context/urn"),
        (json!([{ "x": "a:1/", "a": "b:1/", "b": "a" }]), None, "/@context/0/a"),
        (json!([ex, { "a": "a:1/" }]), None, "/@context/1/a"),
        (json!([ex, { "a": { "@id": "b:1/" }, "b": "a:1/" }]), None, "/@context/1/a"),
        (ex.clone(), Some(json!({ "a": "a:1/" })), "/epcisBody/eventList/0/@context/a"),
    ] {
        let refused = Err((pointer.to_owned(), code::INVALID_CONTEXT));
        assert_eq!(read_in_document(&document, own.as_ref()), refused, "{document} {own:?}");
    }
}

/// `p0` is absolute, and each further prefix rests on the one before.
fn chain(length: usize, local: &str) -> Value {
    let mut map = serde_json::Map::new();
    map.insert("p0".to_owned(), "https://one.example/".into());
    for index in 1..=length {
        map.insert(format!("p{index}"), format!("p{}:{local}", index - 1).into());
    }
    map.into()
}

#[test]
fn chains_of_prefixes_are_limited() {
    assert!(read_in_document(&chain(NAMESPACE_HOPS_MAX, ""), None).is_ok());
    let refused = |pointer: String| Err((pointer, code::INVALID_CONTEXT));
    let last = format!("p{}", NAMESPACE_HOPS_MAX + 1);
    assert_eq!(read_in_document(&chain(NAMESPACE_HOPS_MAX + 1, ""), None), refused(format!("/@context/{last}")));
    // The event's own context may add no more to the chain of its document.
    let own = |namespace: &str| json!({ "a": namespace });
    let document = chain(NAMESPACE_HOPS_MAX, "");
    assert!(read_in_document(&document, Some(&own(&format!("p{}:", NAMESPACE_HOPS_MAX - 1)))).is_ok());
    let pointer = "/epcisBody/eventList/0/@context/a".to_owned();
    let beyond = own(&format!("p{NAMESPACE_HOPS_MAX}:"));
    assert_eq!(read_in_document(&document, Some(&beyond)), refused(pointer));
}

#[test]
fn a_namespace_is_limited_when_it_is_written_out() {
    let document = |bytes: usize| {
        let outer = format!("https://{}/", "b".repeat(600));
        let local = "a".repeat(bytes - outer.len());
        json!([{ "b": outer }, { "a": format!("b:{local}") }])
    };
    assert!(read_in_document(&document(URI_BYTES_MAX), None).is_ok());
    let refused = ("/@context/1/a".to_owned(), code::INVALID_CONTEXT);
    assert_eq!(read_in_document(&document(URI_BYTES_MAX + 1), None), Err(refused));
}
