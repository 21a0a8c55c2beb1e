//! The library accepts what the JSON schema of EPCIS 2.0 accepts. Public documents are changed in one place at a time,
//! and the verdict of the library is compared with that of the schema. The schema is read by a small interpreter of
//! this test's own. The known differences are listed in [`is_known_difference`].

use std::cell::Cell;

use serde_json::{Map, Value, json};
use standards_epcis::document;

use super::shared_data::{json_files, path, read};

struct Schema(Value);

/// The parts of an event that take extensions: further names are URIs.
const OPEN: [&str; 7] =
    ["readPoint", "bizLocation", "sensorElement", "sensorReport", "sensorMetadata", "errorDeclaration", "ilmd"];

fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !rest.is_empty() && !text.contains(' ')
    })
}

impl Schema {
    fn read() -> Self {
        let bytes = read(&path("gs1-openapi/openapi.json"));
        let mut api: Value = serde_json::from_slice(&bytes).expect("the schema is JSON");
        Self(api["components"]["schemas"].take())
    }

    fn named(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or_else(|| panic!("the schema has no {name}"))
    }

    fn is_event(&self, event: &Value) -> bool {
        // A bare event names its context.
        if event.get("@context").is_none() {
            return false;
        }
        let kind = event["type"].as_str().unwrap_or_default();
        if is_uri(kind) {
            return self.allows(self.named("Extended-Event"), event);
        }
        let is_standard =
            ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"];
        if !is_standard.contains(&kind) {
            return false;
        }
        // The published schema closes events by `propertyNames`, which OpenAPI 3.0 has no word for.
        let parts = self.named(kind)["allOf"].as_array().expect("a list of parts");
        let known = |name: &str| {
            let event = &self.named("Event")["properties"];
            event.get(name).is_some() || parts.iter().any(|part| part["properties"].get(name).is_some())
        };
        let names_are_known =
            event.as_object().is_some_and(|event| event.keys().all(|name| known(name) || is_uri(name)));
        names_are_known && self.allows(self.named(kind), event)
    }

    fn allows(&self, schema: &Value, value: &Value) -> bool {
        let rules = schema.as_object().expect("a schema is an object");
        rules.iter().all(|(keyword, rule)| match keyword.as_str() {
            "$ref" => {
                let name =
                    rule.as_str().and_then(|rule| rule.strip_prefix("#/components/schemas/")).expect("a local name");
                let target = self.named(name);
                let known = &target["properties"];
                let names_are_known = !OPEN.contains(&name)
                    || value.as_object().is_none_or(|it| it.keys().all(|key| known.get(key).is_some() || is_uri(key)));
                names_are_known && self.allows(target, value)
            }
            "type" => match rule.as_str() {
                Some("object") => value.is_object(),
                Some("array") => value.is_array(),
                Some("string") => value.is_string(),
                Some("number") => value.is_number(),
                Some("boolean") => value.is_boolean(),
                other => panic!("type {other:?}"),
            },
            "enum" => rule.as_array().is_some_and(|list| list.contains(value)),
            "format" => value.as_str().is_none_or(|text| match rule.as_str() {
                Some("uri") => is_uri(text),
                Some("date-time") => text.contains('T') && text.len() >= 20,
                other => panic!("format {other:?}"),
            }),
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap_or_default(), text)),
            "required" => {
                let names = rule.as_array().expect("a list of names");
                names.iter().all(|name| value.get(name.as_str().unwrap_or_default()).is_some() || !value.is_object())
            }
            "properties" => rule
                .as_object()
                .expect("properties")
                .iter()
                .all(|(name, rule)| value.get(name).is_none_or(|value| self.allows(rule, value))),
            "additionalProperties" => {
                let known = &schema["properties"];
                value.as_object().is_none_or(|value| value.keys().all(|name| known.get(name).is_some()))
            }
            "items" => value.as_array().is_none_or(|list| list.iter().all(|value| self.allows(rule, value))),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap_or_default()),
            "uniqueItems" => value
                .as_array()
                .is_none_or(|list| list.iter().enumerate().all(|(index, value)| !list[..index].contains(value))),
            "anyOf" | "oneOf" => rule.as_array().is_some_and(|rules| rules.iter().any(|rule| self.allows(rule, value))),
            "allOf" => rule.as_array().is_some_and(|rules| rules.iter().all(|rule| self.allows(rule, value))),
            "not" => false,
            "description" | "example" | "examples" | "default" | "title" => true,
            other => panic!("keyword {other}"),
        })
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[A-Fa-f0-9]+$" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "^[A-Z0-9]{2,3}$" => {
            (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        }
        "^\\d+(\\.\\d+)*$" => text.split('.').all(|part| part.parse::<u32>().is_ok()),
        "^([+]|[-])((0[0-9]|1[0-3]):([0-5][0-9])|14:00)$" => text.len() == 6 && text.starts_with(['+', '-']),
        "^OBSERVE$" => text == "OBSERVE",
        "^DELETE$" => text == "DELETE",
        "^ADD$" => text == "ADD",
        // The spellings of standard words as URIs. This library knows them, and accepts them.
        _ if pattern.starts_with("^(?!") => true,
        other => panic!("pattern {other}"),
    }
}

/// Whether the library and the schema differ on purpose. `docs/domains/provenance.md` lists the reasons.
fn is_known_difference(event: &Value, is_accepted: bool) -> bool {
    let has = |name: &str| event.get(name).is_some();
    let any =
        |list: &str, test: &dyn Fn(&Value) -> bool| event[list].as_array().is_some_and(|list| list.iter().any(test));
    if is_accepted {
        // A published example has it on every type of event.
        let on_any_type = has("persistentDisposition");
        // The XML schema lets a report state an exception instead of a type, and published examples use two words of
        // the GS1 web vocabulary.
        let is_wider = |report: &Value| match report.get("type") {
            None => report.get("exception").is_some(),
            Some(word) => ["EffectiveDoseRate", "Molar_concentration"].iter().any(|known| word == known),
        };
        let in_a_report = any("sensorElementList", &|element| {
            element["sensorReport"].as_array().is_some_and(|reports| reports.iter().any(is_wider))
        });
        return on_any_type || in_a_report;
    }
    // EPCIS 2.0 section 7.4.3 requires it; the schema cannot.
    let without_parent = event["type"] == "AggregationEvent" && !has("parentID") && event["action"] != "OBSERVE";
    // The XML schema has a unit only after a quantity.
    let lists = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"];
    let unit_alone = lists.iter().any(|list| any(list, &|it| it.get("uom").is_some() && it.get("quantity").is_none()));
    without_parent || unit_alone
}

/// Calls `check` with each version of `root` that differs in one place below `at`.
fn mutate(root: &Value, at: &str, check: &dyn Fn(&Value, &str)) {
    let changed = |pointer: &str, change: &dyn Fn(&mut Value)| {
        let mut changed = root.clone();
        change(changed.pointer_mut(pointer).expect("the place is there"));
        changed
    };
    let here = root.pointer(at).expect("the place is there").clone();
    for value in [
        json!(null),
        json!(5),
        json!(true),
        json!("text"),
        json!("urn:x:own"),
        json!([]),
        json!({}),
        json!(["text"]),
        json!("2026-01-01T00:00:00Z"),
        json!([{}]),
        json!("ADD"),
        json!(-0.5),
        json!(""),
        json!("a b:c"),
    ] {
        check(&changed(at, &|place| *place = value.clone()), &format!("{at} = {value}"));
    }
    match &here {
        Value::Object(members) => {
            for (name, value) in
                [("_x", json!(1)), ("colour", json!("red")), ("gs1:extra", json!({ "a": [1] })), ("x y", json!(1))]
            {
                let add = |place: &mut Value| {
                    place.as_object_mut().map(|place| place.insert(name.to_owned(), value.clone()));
                };
                check(&changed(at, &add), &format!("{at} + {name}"));
            }
            for name in members.keys() {
                let drop = |place: &mut Value| {
                    place.as_object_mut().map(|place| place.remove(name));
                };
                check(&changed(at, &drop), &format!("{at} - {name}"));
                // What an extension contains is free, and what a context contains has rules of its own.
                if !name.contains(':') && name != "@context" && at.len() < 200 {
                    mutate(root, &format!("{at}/{name}"), check);
                }
            }
        }
        Value::Array(elements) => {
            if let Some(first) = elements.first() {
                let repeat = |place: &mut Value| {
                    if let Some(place) = place.as_array_mut() {
                        place.push(first.clone());
                    }
                };
                check(&changed(at, &repeat), &format!("{at} twice"));
                mutate(root, &format!("{at}/0"), check);
            }
        }
        _ => {}
    }
}

#[test]
fn on_every_event() {
    let schema = Schema::read();
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let check = |event: &Value, change: &str| {
        let text = event.to_string();
        let verdict = document::parse_event(text.as_bytes());
        let expected = schema.is_event(event);
        let count = if expected { &accepted } else { &refused };
        count.set(count.get() + 1);
        let is_as_expected = verdict.is_ok() == expected || is_known_difference(event, verdict.is_ok());
        assert!(is_as_expected, "{change}: the schema says {expected}, the library {:?}\n{text}", verdict.err());
    };
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31) {
        let document: Value = serde_json::from_slice(&read(&file)).expect("the document is JSON");
        for event in document["epcisBody"]["eventList"].as_array().expect("a list").iter().take(2) {
            let mut event = event.clone();
            // Each prefix that the event may use is bound.
            event["@context"] = document["@context"].clone();
            check(&event, &file.display().to_string());
            mutate(&event, "", &check);
        }
    }
    assert!(accepted.get() > 1_500 && refused.get() > 10_000, "{} {}", accepted.get(), refused.get());
}

#[test]
fn on_every_envelope() {
    let schema = Schema::read();
    let gs1 = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";
    let vocabulary = json!([{ "type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [
        { "id": "urn:x:1", "attributes": [{ "id": "urn:x:a", "attribute": "x" }], "children": ["urn:x:2"] }] }]);
    let capture = json!({
        "@context": [gs1], "id": "urn:x:d", "type": "EPCISDocument", "schemaVersion": "2.0", "sender": "a", "receiver": "b",
        "creationDate": "2026-01-01T00:00:00Z", "instanceIdentifier": "i", "epcisBody": { "eventList": [] },
        "epcisHeader": { "epcisMasterData": { "vocabularyList": vocabulary } }
    });
    let query = json!({
        "@context": [gs1], "id": "urn:x:d", "type": "EPCISQueryDocument", "schemaVersion": "2.0",
        "creationDate": "2026-01-01T00:00:00Z", "epcisBody": { "queryResults": {
            "queryName": "q", "subscriptionID": "s", "resultsBody": { "eventList": [], "vocabularyList": vocabulary } } }
    });
    for (document, name) in [(capture, "epcisDocument"), (query, "epcisQueryDocument")] {
        let check = |document: &Value, change: &str| {
            let text = document.to_string();
            let verdict = document::parse(text.as_bytes());
            let expected = schema.allows(schema.named(name), document);
            assert_eq!(verdict.is_ok(), expected, "{change}: {:?}\n{text}", verdict.err());
        };
        check(&document, "nothing");
        mutate(&document, "", &check);
        // The least that the schema requires.
        let required: Map<String, Value> = schema.named(name)["required"]
            .as_array()
            .expect("a list of names")
            .iter()
            .filter_map(Value::as_str)
            .map(|name| (name.to_owned(), document[name].clone()))
            .collect();
        check(&Value::Object(required), "required members alone");
    }
}

/// Every object that the schema closes refuses extensions.
#[test]
fn closed_objects_take_no_extensions() {
    let schema = Schema::read();
    let closed: Vec<&str> = ["quantityElement", "bizTransaction", "source", "destination"]
        .into_iter()
        .filter(|name| schema.named(name)["additionalProperties"] == json!(false))
        .collect();
    assert_eq!(closed.len(), 4);
    for (list, element) in [
        ("quantityList", r#""epcClass":"urn:x:1""#),
        ("bizTransactionList", r#""bizTransaction":"urn:x:1""#),
        ("sourceList", r#""type":"location","source":"urn:x:1""#),
        ("destinationList", r#""type":"location","destination":"urn:x:1""#),
        ("persistentDisposition", r#""set":["active"]"#),
    ] {
        for name in ["ex:a", "_x", "https://ex.example/a", "rdfs:comment", "@type", "id"] {
            let object = format!("{{{element},\"{name}\":1}}");
            let (value, place) = match list {
                "persistentDisposition" => (object, list.to_owned()),
                _ => (format!("[{object}]"), format!("{list}/0")),
            };
            let event = format!(
                r#"{{"@context":{{"ex":"https://ex.example/"}},"type":"ObjectEvent","action":"ADD","epcList":[],
                "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","{list}":{value}}}"#
            );
            let problems = document::parse(event.as_bytes()).expect_err("a closed object");
            let pointer = format!("/{place}/{}", name.replace('/', "~1"));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].pointer, pointer);
        }
    }
}
