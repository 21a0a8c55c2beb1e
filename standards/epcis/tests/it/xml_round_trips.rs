//! Generated events keep their meaning on the way from JSON to XML and back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use standards_epcis::{
    document,
    hash::prehash,
    xml::{
        Version,
        read::{Document, Options},
        write::{self, LaterFields},
    },
};

/// Texts with all that XML escapes, white space, prefixes and letters of other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[ \\t\\n\\r]{0,2}[a<>&\"'é\\]中]{0,6}[ \\t\\n\\r]{0,2}",
        "(ex|two|zz|gs1|urn|https):[a-z/]{0,6}",
        "-?[0-9]{1,4}(\\.[0-9]{1,2})?",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => (-1000_i32..1000).prop_map(|number| Value::from(f64::from(number) / 8.0)),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["(ex|two|gs1|cbvmda):[a-d]", "[a-d]", "https://three\\.example/v#[a-d]"]
}

/// A value of a user: lists do not stand in lists, for which XML has no form.
fn value() -> impl Strategy<Value = Value> {
    let item = scalar().prop_recursive(3, 24, 4, |inner| {
        let value = prop_oneof![2 => inner.clone(), 1 => proptest::collection::vec(inner, 0..3).prop_map(Value::from)];
        proptest::collection::vec((name(), value), 0..4)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    });
    prop_oneof![3 => item.clone(), 1 => proptest::collection::vec(item, 0..4).prop_map(Value::from)]
}

fn extensions() -> impl Strategy<Value = Vec<(String, Value)>> {
    proptest::collection::vec(("(ex|two|gs1):[a-d]", value()), 0..4)
}

fn of_sensors() -> impl Strategy<Value = Option<Value>> {
    let report = (proptest::option::of(-100_i32..100), proptest::option::of(any::<bool>()), text()).prop_map(
        |(number, flag, text)| {
            let mut report = json!({ "type": "Temperature", "ex:note": text });
            if let Some(number) = number {
                report["value"] = json!(f64::from(number) / 4.0);
                report["component"] = json!("x");
            }
            if let Some(flag) = flag {
                report["booleanValue"] = json!(flag);
            }
            report
        },
    );
    let element = (proptest::collection::vec(report, 1..3), extensions()).prop_map(|(reports, extensions)| {
        let mut element = json!({ "sensorMetadata": { "time": "2026-01-01T00:00:00Z" }, "sensorReport": reports });
        add(&mut element, extensions);
        element
    });
    proptest::option::of(proptest::collection::vec(element, 1..3).prop_map(Value::from))
}

fn add(object: &mut Value, members: impl IntoIterator<Item = (String, Value)>) {
    let object = object.as_object_mut().expect("an object");
    object.extend(members);
}

prop_compose! {
    fn event()(
        kind in 0..5_usize,
        at_top in extensions(),
        in_place in extensions(),
        in_declaration in proptest::option::of(extensions()),
        master_data in proptest::option::of(extensions()),
        sensors in of_sensors(),
        step in "(shipping|receiving|https://own.example/step|urn:x:step|ex:step)",
        count in 0..3_usize,
        id in proptest::option::of(Just("urn:uuid:1")),
    ) -> Value {
        let epcs: Vec<String> = (0..count).map(|serial| format!("urn:epc:id:sgtin:4012345.011111.{serial}")).collect();
        let mut event = json!({
            "@context": [
                "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
                { "ex": "https://ex.example/", "two": "urn:two:" }
            ],
            "eventTime": "2026-01-01T00:00:00Z", "recordTime": "2026-01-01T00:00:01Z", "eventTimeZoneOffset": "+01:00",
            "bizStep": step, "disposition": "in_transit", "certificationInfo": "https://c.example/1",
            "readPoint": { "id": "https://id.gs1.org/414/4012345000054" },
            "persistentDisposition": { "set": ["active"], "unset": ["unknown", "urn:x:d"] },
            "bizTransactionList": [{ "type": "po", "bizTransaction": "urn:x:t" }, { "bizTransaction": "urn:x:u" }],
            "sourceList": [{ "type": "location", "source": "urn:x:s" }],
            "destinationList": [{ "type": "urn:x:own", "destination": "urn:x:d" }],
        });
        add(&mut event["readPoint"], in_place);
        add(&mut event, at_top);
        if let Some(id) = id {
            event["eventID"] = json!(id);
        }
        if let Some(extensions) = in_declaration {
            event["errorDeclaration"] = json!({
                "declarationTime": "2026-01-02T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": ["urn:x:e"]
            });
            add(&mut event["errorDeclaration"], extensions);
        }
        if let Some(sensors) = sensors {
            event["sensorElementList"] = sensors;
        }
        let quantities = json!([
            { "epcClass": "urn:epc:class:lgtin:4012345.012345.L", "quantity": 1.5, "uom": "KGM" },
            { "epcClass": "urn:epc:idpat:sgtin:4012345.012345.*" }
        ]);
        let (name, fields) = match kind {
            0 => ("ObjectEvent", json!({ "action": "ADD", "epcList": epcs, "quantityList": quantities })),
            1 => ("AggregationEvent", json!({ "action": "ADD", "parentID": "urn:x:p", "childEPCs": epcs,
                    "childQuantityList": quantities })),
            2 => ("TransactionEvent", json!({ "action": "OBSERVE", "parentID": "urn:x:p", "epcList": epcs,
                    "quantityList": quantities })),
            3 => ("TransformationEvent", json!({ "inputEPCList": epcs, "inputQuantityList": quantities,
                    "outputQuantityList": quantities, "transformationID": "urn:x:f" })),
            _ => ("AssociationEvent", json!({ "action": "DELETE", "parentID": "urn:x:p", "childEPCs": epcs,
                    "childQuantityList": quantities })),
        };
        event["type"] = json!(name);
        let Value::Object(fields) = fields else { unreachable!("an object") };
        add(&mut event, fields);
        if let (0 | 3, Some(extensions)) = (kind, master_data) {
            event["ilmd"] = json!({});
            add(&mut event["ilmd"], extensions);
        }
        event
    }
}

/// A value of a user as XML can say it: a list of one is its value, an empty one nothing, an empty object an empty
/// text.
fn normal(value: &Value) -> Option<Value> {
    match value {
        Value::Array(elements) => {
            let mut kept: Vec<Value> = elements.iter().filter_map(normal).collect();
            match kept.len() {
                0 => None,
                1 => kept.pop(),
                _ => Some(Value::Array(kept)),
            }
        }
        Value::Object(members) => {
            let kept: Map<String, Value> =
                members.iter().filter_map(|(name, value)| Some((expanded(name), normal(value)?))).collect();
            Some(if kept.is_empty() { Value::from("") } else { Value::Object(kept) })
        }
        // JSON knows a number of a whole value in two forms.
        Value::Number(number) => number.as_f64().map(Value::from),
        Value::String(text) => Some(Value::from(expanded(text))),
        other => Some(other.clone()),
    }
}

/// A name or text with the prefixes of the generated events written out.
fn expanded(text: &str) -> String {
    for (prefix, namespace) in
        [("ex:", "https://ex.example/"), ("two:", "urn:two:"), ("ns1:", "https://three.example/v#")]
    {
        if let Some(local) = text.strip_prefix(prefix).filter(|local| !local.starts_with("//")) {
            return format!("{namespace}{local}");
        }
    }
    text.to_owned()
}

/// What is compared, without the context, and without the attributes of reports, whose types XML does not keep.
fn compared(text: &str) -> Value {
    let mut event: Value = serde_json::from_str(text).expect("JSON");
    event.as_object_mut().expect("an object").remove("@context");
    normal(&event).expect("not empty")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn from_json_to_xml_and_back(event in event(), is_old in any::<bool>()) {
        let text = event.to_string();
        let Ok(document) = document::parse(text.as_bytes()) else { return Ok(()) };
        let version = if is_old { Version::V1_2 } else { Version::V2_0 };
        let options = write::Options { version, later: LaterFields::Extend, ..write::Options::default() };
        let before = &document.events[0];
        let xml = write::event(before, &document.context, options).unwrap_or_else(|part| panic!("{text}: {part}"));
        let mut reader =
            Document::open(xml.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{xml}: {problem}"));
        let again = reader.next_event().expect("one").unwrap_or_else(|problem| panic!("{xml}: {problem}"));
        prop_assert!(reader.next_event().is_none());
        prop_assert_eq!(compared(&again.json), compared(&text), "{}", xml);
        let after = again.validated().unwrap_or_else(|problems| panic!("{xml}: {problems:?}"));
        prop_assert_eq!(prehash(&after.events[0], &after.context), prehash(before, &document.context), "{}", xml);
    }
}
