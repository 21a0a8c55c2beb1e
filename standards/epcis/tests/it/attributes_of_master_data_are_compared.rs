//! `HASATTR_…` and `EQ_ATTR_…` find events by the attributes of the master data that a field names (EPCIS 2.0 section
//! 8.2.7.1), as a naive evaluation does.

use proptest::prelude::*;
use serde_json::{Value, json};
use standards_epcis::{
    document::read_record,
    filter::{
        Checker, ElementChecker, Elements, NAMED_IDS_PER_EVENT_MAX, Outcome, WANTED_BYTES_MAX, WANTED_IDS_MAX, Wanted,
    },
    master_data,
    problem::code,
    query::{EventQuery, parse_body, parse_parameters, parse_parameters_with},
};

use super::filters_match_as_the_standard_says::event;
use std::fmt::Write as _;

const CITY: &str = "urn:epcglobal:cbv:mda#city";

fn vocabulary(name: &str) -> String {
    format!("urn:epcglobal:epcis:vtype:{name}")
}

/// The record of an element of a document with the prefix `ex`.
fn element(vocabulary: &str, id: &str, attributes: &Value) -> Vec<u8> {
    let element = json!({ "id": id, "attributes": attributes });
    json!({ "@context": { "ex": "https://ex.example/" }, "vocabulary": vocabulary, "element": element })
        .to_string()
        .into_bytes()
}

/// Adds the elements with some ids, each in the order given.
fn add(query: &EventQuery, known: &mut Elements, elements: &[Vec<u8>], ids: &[String]) {
    let checker = ElementChecker::new(&query.filters);
    for bytes in elements {
        let record = master_data::read_record(bytes).expect("an element");
        if ids.iter().any(|id| id == record.element.id()) {
            checker.add(&record, known);
        }
    }
    known.know(ids.iter().map(String::as_str));
}

/// Whether an event matches, and the ids that were looked up for that.
fn examine(query: &EventQuery, event: &[u8], elements: &[Vec<u8>]) -> (Outcome, Vec<String>) {
    let record = read_record(event).expect("a record");
    let (mut checker, mut known, mut asked) = (Checker::new(&query.filters), Elements::default(), Vec::new());
    loop {
        let mut wanted = Wanted::default();
        let outcome = checker.check(&record, &known, &mut wanted);
        let ids = wanted.into_ids();
        if outcome != Outcome::Open {
            assert!(ids.is_empty(), "{ids:?}");
            return (outcome, asked);
        }
        assert!(!ids.is_empty());
        assert!(ids.iter().all(|id| !asked.contains(id)), "{ids:?} {asked:?}");
        add(query, &mut known, elements, &ids);
        asked.extend(ids);
    }
}

fn is_found(query: &EventQuery, event: &[u8], elements: &[Vec<u8>]) -> bool {
    match examine(query, event, elements).0 {
        Outcome::Met => true,
        Outcome::Unmet => false,
        other => panic!("{other:?}"),
    }
}

fn query(name: &str, value: &str) -> EventQuery {
    parse_parameters_with(&[("ex", "https://ex.example/")], None, [(name, value)])
        .unwrap_or_else(|problems| panic!("{name}={value}: {problems:?}"))
}

/// A field, an event that names an element in it, the element's vocabulary, and its id.
fn fields() -> Vec<(&'static str, String, &'static str, &'static str)> {
    const LINK: &str = "https://id.gs1.org/414/4012345000054";
    let metadata = |name: &str| {
        format!(r#","sensorElementList":[{{"sensorMetadata":{{"{name}":"ex:r"}},"sensorReport":[{{"type":"Mass"}}]}}]"#)
    };
    let report = |name: &str| {
        format!(r#","sensorElementList":[{{"sensorReport":[{{"type":"Mass"}},{{"type":"Mass","{name}":"ex:r"}}]}}]"#)
    };
    let place = |field: &str| format!(r#","{field}":{{"id":"urn:epc:id:sgln:4012345.00005.0"}}"#);
    let class = r#""epcClass":"urn:epc:class:lgtin:4012345.012345.998877""#;
    let made = |list: &str, other: &str| {
        format!(
            r#","type":"TransformationEvent","{list}":[{{"epcClass":"urn:x:c"}},{{{class}}}],"{other}":["urn:x:o"]"#
        )
    };
    let party = |list: &str, item: &str| {
        format!(r#","{list}":[{{"type":"location","{item}":"urn:x:1"}},{{"type":"owning_party","{item}":"{LINK}"}}]"#)
    };
    let declared = r#","errorDeclaration":{"declarationTime":"2026-02-01T00:00:00Z","reason":"incorrect_data"}"#;
    let lot = "https://id.gs1.org/01/04012345123456/10/998877";
    vec![
        ("readPoint", place("readPoint"), "ReadPoint", LINK),
        ("readPoint", place("readPoint"), "Location", LINK),
        ("bizLocation", place("bizLocation"), "BusinessLocation", LINK),
        ("bizLocation", place("bizLocation"), "Location", "urn:epc:id:sgln:4012345.00005.0"),
        ("bizStep", r#","bizStep":"shipping""#.into(), "BusinessStep", "urn:epcglobal:cbv:bizstep:shipping"),
        ("bizStep", r#","bizStep":"shipping""#.into(), "BusinessStep", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("bizStep", r#","bizStep":"ex:step""#.into(), "BusinessStep", "https://ex.example/step"),
        ("disposition", r#","disposition":"active""#.into(), "Disposition", "https://ref.gs1.org/cbv/Disp-active"),
        (
            "persistentDisposition",
            r#","persistentDisposition":{"set":["ex:a"],"unset":["ex:b","active"]}"#.into(),
            "Disposition",
            "urn:epcglobal:cbv:disp:active",
        ),
        (
            "bizTransaction",
            r#","bizTransactionList":[{"bizTransaction":"urn:x:1"},{"type":"po","bizTransaction":"ex:po"}]"#.into(),
            "BusinessTransaction",
            "ex:po",
        ),
        ("source", party("sourceList", "source"), "SourceDest", LINK),
        ("source", party("sourceList", "source"), "Party", LINK),
        ("destination", party("destinationList", "destination"), "Location", LINK),
        ("epcClass", format!(r#","quantityList":[{{{class}}}]"#), "EPCClass", lot),
        ("epcClass", made("inputQuantityList", "outputEPCList"), "EPCClass", lot),
        ("epcClass", made("outputQuantityList", "inputEPCList"), "EPCClass", lot),
        ("reason", declared.into(), "ErrorReason", "https://ref.gs1.org/cbv/ER-incorrect_data"),
        ("deviceID", metadata("deviceID"), "Resource", "ex:r"),
        ("deviceID", report("deviceID"), "Resource", "ex:r"),
        ("dataProcessingMethod", metadata("dataProcessingMethod"), "Resource", "ex:r"),
        ("bizRules", report("bizRules"), "Resource", "ex:r"),
        ("rawData", metadata("rawData"), "Resource", "ex:r"),
        ("microorganism", report("microorganism"), "Microorganism", "ex:r"),
        ("chemicalSubstance", report("chemicalSubstance"), "ChemicalSubstance", "ex:r"),
        ("ex:place", r#","ex:place":["urn:x:1",["ex:r"]]"#.into(), "Location", "ex:r"),
        ("https://ex.example/#place", r#","ex:place":"ex:r""#.into(), "urn:ex:own", "https://ex.example/r"),
    ]
}

#[test]
fn every_field_names_elements_of_its_vocabularies() {
    let named = |name: &str| if name.contains(':') { name.to_owned() } else { vocabulary(name) };
    for (field, members, kind, id) in fields() {
        let event = event(&members);
        let attributes = json!([{ "id": CITY, "attribute": "Bonn" }, { "id": "ex:empty" }]);
        let elements = [element(&named(kind), id, &attributes)];
        for (name, value, expected) in [
            (format!("HASATTR_{field}"), "cbvmda:city", true),
            (format!("HASATTR_{field}"), "cbvmda:name|urn:epcglobal:cbv:mda:city", true),
            (format!("HASATTR_{field}"), "cbvmda:name|ex:empty", false),
            (format!("EQ_ATTR_{field}_cbvmda:city"), "Köln|Bonn", true),
            (format!("EQ_ATTR_{field}_city"), "Bonn", true),
            (format!("EQ_ATTR_{field}_city"), "bonn", false),
            (format!("EQ_ATTR_{field}_name"), "Bonn", false),
        ] {
            let query = query(&name, value);
            assert_eq!(is_found(&query, &event, &elements), expected, "{name}={value} {members} {kind} {id}");
            assert!(!is_found(&query, &event, &[]), "{name} without master data");
            let other = [element(&vocabulary("Other"), id, &attributes)];
            let is_own = field.contains(':');
            assert_eq!(is_found(&query, &event, &other), expected && is_own, "{name} of another vocabulary");
            let other = [element(&named(kind), "urn:x:another", &attributes)];
            assert!(!is_found(&query, &event, &other), "{name} of another element");
        }
    }
    // An EPC is of no vocabulary, and the field of a part is not one of the event.
    let nested = event(r#","ilmd":{"ex:place":"ex:r"},"readPoint":{"id":"urn:x:p","ex:place":"ex:r"}"#);
    let elements = [element(&vocabulary("Location"), "ex:r", &json!([{ "id": CITY, "attribute": "Bonn" }]))];
    assert!(!is_found(&query("HASATTR_ex:place", CITY), &nested, &elements));
}

#[test]
fn values_of_attributes_are_compared_as_those_of_users_fields() {
    let event = event(r#","readPoint":{"id":"urn:x:p"}"#);
    let of = |attributes: Value| [element(&vocabulary("ReadPoint"), "urn:x:p", &attributes)];
    for (wanted, found, missed) in [
        ("5", vec![json!(5), json!(5.0), json!("5")], vec![json!(6), json!("05"), json!({ "ex:a": 5 })]),
        ("a|b", vec![json!("b"), json!(["c", "a"])], vec![json!("A"), Value::Null]),
        ("ex:v", vec![json!("https://ex.example/v"), json!("ex:v")], vec![json!("v")]),
        ("2026-01-01T00:00:00Z", vec![json!("2026-01-01T01:00:00+01:00")], vec![json!("2026")]),
        ("true", vec![json!(true), json!("true")], vec![json!(false)]),
    ] {
        let query = query("EQ_ATTR_readPoint_ex:a", wanted);
        for value in found {
            let attributes = json!([{ "id": "ex:a", "attribute": "other" }, { "id": "ex:a", "attribute": value }]);
            assert!(is_found(&query, &event, &of(attributes)), "{wanted} {value}");
        }
        for value in missed {
            assert!(!is_found(&query, &event, &of(json!([{ "id": "ex:a", "attribute": value }]))), "{wanted} {value}");
        }
    }
    let query = query("HASATTR_readPoint", "ex:a");
    for (value, expected) in [(json!(0), true), (json!({ "ex:b": 1 }), true), (Value::Null, false), (json!(""), false)]
    {
        assert_eq!(is_found(&query, &event, &of(json!([{ "id": "ex:a", "attribute": value }]))), expected, "{value}");
    }
}

#[test]
fn each_condition_may_be_met_by_an_element_of_its_own() {
    let event = event(
        r#","readPoint":{"id":"urn:x:p"},"ex:f":1,"bizTransactionList":[{"bizTransaction":"urn:x:t"},{"bizTransaction":"urn:x:u"}]"#,
    );
    let of =
        |kind: &str, id: &str, name: &str| element(&vocabulary(kind), id, &json!([{ "id": name, "attribute": 1 }]));
    let elements = [
        of("BusinessTransaction", "urn:x:t", "ex:a"),
        of("BusinessTransaction", "urn:x:u", "ex:b"),
        of("ReadPoint", "urn:x:p", "ex:c"),
        of("Location", "urn:x:p", "ex:d"),
    ];
    let all = [
        ("HASATTR_bizTransaction", "ex:a"),
        ("EQ_ATTR_bizTransaction_ex:b", "1"),
        ("HASATTR_readPoint", "ex:c"),
        ("EQ_ATTR_readPoint_ex:d", "1"),
        ("EQ_ex:f", "1"),
    ];
    let read = |all: &[(&str, &str)]| {
        parse_parameters_with(&[("ex", "https://ex.example/")], None, all.iter().copied()).expect("valid")
    };
    assert!(is_found(&read(&all), &event, &elements));
    for index in 0..all.len() {
        let mut changed = all;
        changed[index].1 = if index == 0 || index == 2 { "ex:z" } else { "2" };
        assert!(!is_found(&read(&changed), &event, &elements), "{changed:?}");
    }
    // Nothing is looked up for an event that another condition excludes.
    let mut changed = all;
    changed[4].1 = "2";
    assert_eq!(examine(&read(&changed), &event, &elements), (Outcome::Unmet, Vec::new()));
}

#[test]
fn names_are_divided_in_one_way_or_refused() {
    let namespaces = [("ex", "https://ex.example/"), ("my_ns", "https://my.example/")];
    let event = event(r#","ex:my_field":"urn:x:p","ex:field":"urn:x:p","bizLocation":{"id":"urn:x:p"}"#);
    let elements = |name: &str| {
        let attributes = json!([{ "id": name, "attribute": "1" }]);
        ["BusinessLocation", "Location"].map(|kind| element(&vocabulary(kind), "urn:x:p", &attributes))
    };
    for (name, attribute) in [
        ("EQ_ATTR_bizLocation_my_city", "urn:epcglobal:cbv:mda#my_city"),
        ("EQ_ATTR_bizLocation_ex:my_city", "https://ex.example/my_city"),
        ("EQ_ATTR_bizLocation_my_ns:a_b", "https://my.example/a_b"),
        ("EQ_ATTR_bizLocation_urn:epcglobal:cbv:mda:a_b", "urn:epcglobal:cbv:mda#a_b"),
        ("EQ_ATTR_ex:field_city", CITY),
        ("EQ_ATTR_ex:my_field_ex:city", "https://ex.example/city"),
        ("EQ_ATTR_https://ex.example/#my_field_urn:epcglobal:cbv:mda#a_b", "urn:epcglobal:cbv:mda#a_b"),
        ("EQ_ATTR_https://ex.example/my_field_https://my.example/a_b", "https://my.example/a_b"),
    ] {
        let query =
            parse_parameters_with(&namespaces, None, [(name, "1")]).unwrap_or_else(|it| panic!("{name} {it:?}"));
        assert!(is_found(&query, &event, &elements(attribute)), "{name}");
        assert!(!is_found(&query, &event, &elements("urn:x:other")), "{name}");
    }
    let (unknown, unbound, value) = (code::UNKNOWN_QUERY_PARAMETER, code::UNBOUND_PREFIX, code::INVALID_QUERY_VALUE);
    let long = format!("EQ_ATTR_ex:f{}", "_a".repeat(1_100));
    for (name, text, code) in [
        ("HASATTR_", "a", unknown),
        ("HASATTR_epcList", "a", unknown),
        ("HASATTR_readpoint", "a", unknown),
        ("HASATTR_nope:field", "a", unbound),
        ("HASATTR_bizLocation_ex:field", "a", unbound),
        ("HASATTR_:field", "a", unknown),
        ("HASATTR_bizLocation", "", value),
        ("HASATTR_bizLocation", "a||b", value),
        ("EQ_ATTR_", "a", unknown),
        ("EQ_ATTR_bizLocation", "a", unknown),
        ("EQ_ATTR_bizLocation_", "a", unknown),
        ("EQ_ATTR_bizLocation_a b", "a", unknown),
        ("EQ_ATTR_bizLocation_nope:city", "a", unbound),
        ("EQ_ATTR_epcList_city", "a", unknown),
        ("EQ_ATTR_nope:field_city", "a", unbound),
        ("EQ_ATTR_ex:field", "a", unknown),
        ("EQ_ATTR_ex:field_", "a", unknown),
        ("EQ_ATTR_ex:my_field_city", "a", unknown),
        ("EQ_ATTR_ex:a_ex:b_ex:c", "a", unknown),
        ("EQ_ATTR_bizLocation_city", "", value),
        ("GE_ATTR_bizLocation_city", "1", unknown),
        (&long, "a", unknown),
    ] {
        let problems = parse_parameters_with(&namespaces, None, [(name, text)]).expect_err(name);
        let pointer = format!("/{name}");
        assert!(pointer.starts_with(&*problems[0].pointer) && problems[0].pointer.len() > 5, "{name}");
        assert_eq!(problems[0].code, code, "{name}={text}");
    }
    let body = br#"{"query":{"@context":{"ex":"https://ex.example/"},"HASATTR_bizLocation":["ex:a"],"EQ_ATTR_bizLocation_ex:a":[1,"x"],"EQ_ATTR_ex:f_ex:a":2}}"#;
    assert_eq!(parse_body(body).expect("valid").filters.len(), 3);
    let problems = parse_body(br#"{"query":{"EQ_ATTR_bizLocation_city":{}}}"#).expect_err("an object");
    assert_eq!(problems[0].pointer, "/query/EQ_ATTR_bizLocation_city");
    let twice = [("HASATTR_bizLocation", "a"), ("HASATTR_bizLocation", "b")];
    assert_eq!(parse_parameters(twice).expect_err("twice")[0].code, value);
    let costly = vec!["a"; 201].join("|");
    let problems = parse_parameters([("HASATTR_bizLocation", &*costly)]).expect_err("201 values");
    assert_eq!(problems[0].code, code::QUERY_TOO_COMPLEX);
}

#[test]
fn what_an_event_asks_for_is_limited() {
    let ids = |count: usize| {
        let ids: Vec<String> = (0..count).map(|n| format!("\"urn:x:{n}\"")).collect();
        event(&format!(r#","ex:f":[{}]"#, ids.join(",")))
    };
    let query = query("HASATTR_ex:f", "ex:a");
    let last = [element(
        "urn:x:v",
        &format!("urn:x:{}", NAMED_IDS_PER_EVENT_MAX - 1),
        &json!([{ "id": "ex:a", "attribute": 1 }]),
    )];
    let (outcome, asked) = examine(&query, &ids(NAMED_IDS_PER_EVENT_MAX), &last);
    assert_eq!((outcome, asked.len()), (Outcome::Met, NAMED_IDS_PER_EVENT_MAX));
    let (outcome, asked) = examine(&query, &ids(NAMED_IDS_PER_EVENT_MAX + 1), &last);
    assert_eq!((outcome, asked.len()), (Outcome::TooManyIds, 0));
    let wanted = |query: &EventQuery, event: &[u8]| {
        let mut wanted = Wanted::default();
        let record = read_record(event).expect("a record");
        let outcome = Checker::new(&query.filters).check(&record, &Elements::default(), &mut wanted);
        assert_eq!((outcome, wanted.is_full()), (Outcome::Open, true));
        wanted.into_ids()
    };
    assert_eq!(wanted(&query, &ids(WANTED_IDS_MAX + 1)).len(), WANTED_IDS_MAX);
    // Short names of a long namespace.
    let namespace = format!("urn:{}:", "x".repeat(1_000));
    let names: Vec<String> = (0..WANTED_IDS_MAX + 200).map(|n| format!("\"ex:{n:0100}\"")).collect();
    let event_of = |members: &str| String::from_utf8(event(members)).expect("UTF-8");
    let long = event_of(&format!(r#","ex:f":[{}]"#, names.join(","))).replace("https://ex.example/", &namespace);
    let found = wanted(&self::query(&format!("HASATTR_{namespace}f"), "ex:a"), long.as_bytes());
    let bytes: usize = found.iter().map(String::len).sum();
    assert!((WANTED_BYTES_MAX..WANTED_BYTES_MAX + 2_048).contains(&bytes), "{bytes} bytes of {} ids", found.len());
    // An id that no element can have is not looked up.
    let event = event(r#","ex:f":["no URI","a","urn:","urn:x:a b",7,null]"#);
    assert_eq!(examine(&query, &event, &[]), (Outcome::Unmet, Vec::new()));
}

#[test]
fn an_id_that_was_read_in_part_is_forgotten() {
    let event = event(r#","readPoint":{"id":"urn:x:p"}"#);
    let (query, record) = (query("HASATTR_readPoint", "ex:a"), read_record(&event).expect("a record"));
    let mut known = Elements::default();
    let check = |known: &Elements| Checker::new(&query.filters).check(&record, known, &mut Wanted::default());
    assert_eq!(check(&known), Outcome::Open);
    let ids = ["urn:x:p".to_owned()];
    add(&query, &mut known, &[element(&vocabulary("Location"), "urn:x:p", &json!([]))], &ids);
    assert_eq!(check(&known), Outcome::Unmet);
    known.forget("urn:x:p");
    assert_eq!(check(&known), Outcome::Open);
    add(
        &query,
        &mut known,
        &[element(&vocabulary("ReadPoint"), "urn:x:p", &json!([{ "id": "ex:a", "attribute": 1 }]))],
        &ids,
    );
    assert_eq!(check(&known), Outcome::Met);
}

const KINDS: [&str; 4] = ["ReadPoint", "BusinessLocation", "Location", "BusinessTransaction"];
const FIELDS: [&str; 4] = ["readPoint", "bizLocation", "bizTransaction", "ex:own"];

/// A vocabulary, an id, and attributes.
type Entry = (usize, u8, Vec<(u8, Value)>);

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let value = prop_oneof![(0..3_i64).prop_map(Value::from), "[ab]?".prop_map(Value::from), Just(Value::Null)];
    let attributes = prop::collection::vec((0..3_u8, value), 0..4);
    prop::collection::vec((0..KINDS.len(), 0..4_u8, attributes), 0..8)
}

/// The ids that an event names in each field.
fn named() -> impl Strategy<Value = [Vec<u8>; 4]> {
    let one = || prop::collection::vec(0..4_u8, 0..2);
    let many = || prop::collection::vec(0..4_u8, 0..4);
    (one(), one(), many(), many()).prop_map(|(point, location, transactions, own)| [point, location, transactions, own])
}

fn made(named: &[Vec<u8>; 4]) -> Vec<u8> {
    let id = |n: &u8| format!("urn:x:{n}");
    let mut members = String::new();
    for (field, ids) in FIELDS.iter().zip(named) {
        let ids: Vec<String> = ids.iter().map(id).collect();
        let value = match *field {
            "bizTransaction" => {
                let items: Vec<Value> = ids.iter().map(|id| json!({ "bizTransaction": id })).collect();
                let _ = write!(members, r#","bizTransactionList":{}"#, Value::from(items));
                continue;
            }
            "ex:own" => json!(ids),
            _ => match &ids[..] {
                [id, ..] => json!({ "id": id }),
                [] => continue,
            },
        };
        let _ = write!(members, r#","{field}":{value}"#);
    }
    event(&members)
}

fn is_met(named: &[Vec<u8>; 4], entries: &[Entry], (field, attribute, value): &(usize, u8, Option<String>)) -> bool {
    named[*field].iter().any(|id| {
        entries.iter().any(|(kind, entry, attributes)| {
            let is_of = match FIELDS[*field] {
                "readPoint" => ["ReadPoint", "Location"].contains(&KINDS[*kind]),
                "bizLocation" => ["BusinessLocation", "Location"].contains(&KINDS[*kind]),
                "bizTransaction" => KINDS[*kind] == "BusinessTransaction",
                _ => true,
            };
            is_of
                && entry == id
                && attributes.iter().any(|(name, found)| {
                    name == attribute
                        && match (value, found) {
                            (None, found) => !found.is_null() && found != "",
                            (Some(wanted), Value::String(found)) => wanted == found,
                            (Some(wanted), found) => {
                                let text = found.to_string();
                                text == *wanted
                            }
                        }
                })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn look_ups_equal_a_search_for_each_condition(
        entries in entries(),
        named in named(),
        conditions in prop::collection::btree_set(
            (0..FIELDS.len(), 0..3_u8, prop::option::of("[ab012]")), 1..5,
        ),
    ) {
        let event = made(&named);
        let elements: Vec<Vec<u8>> = entries.iter().map(|(kind, id, attributes)| {
            let attributes: Vec<Value> =
                attributes.iter().map(|(name, value)| json!({ "id": format!("ex:{name}"), "attribute": value })).collect();
            element(&vocabulary(KINDS[*kind]), &format!("urn:x:{id}"), &json!(attributes))
        }).collect();
        let mut given: Vec<(String, String)> = Vec::new();
        let mut expected = true;
        for condition in &conditions {
            let (field, attribute, value) = condition;
            let name = match value {
                Some(_) => format!("EQ_ATTR_{}_ex:{attribute}", FIELDS[*field]),
                None => format!("HASATTR_{}", FIELDS[*field]),
            };
            if given.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let value = value.clone().unwrap_or_else(|| format!("ex:{attribute}"));
            let is_met = is_met(&named, &entries, condition);
            prop_assert_eq!(is_found(&query(&name, &value), &event, &elements), is_met, "{} {}", name, value);
            given.push((name, value));
            expected &= is_met;
        }
        let all = given.iter().map(|(name, value)| (&**name, &**value));
        let all = parse_parameters_with(&[("ex", "https://ex.example/")], None, all).expect("valid");
        prop_assert_eq!(is_found(&all, &event, &elements), expected);
    }
}
