//! Each parameter without an index finds an event that has what it asks for, and no other one (EPCIS 2.0 section
//! 8.2.7.1).

use standards_epcis::{
    document::{self, read_record, record_of},
    filter::{Checker, Elements, Outcome, Wanted},
    problem::code,
    query::{EventQuery, filter_names, parse_body, parse_body_with, parse_parameters, parse_parameters_with},
};

/// An event with these members, of a document with the prefixes `ex` and `other`.
pub(crate) fn event(members: &str) -> Vec<u8> {
    let kind = if members.contains(r#""type":"TransformationEvent""#) {
        ""
    } else {
        r#""type":"ObjectEvent","action":"ADD","epcList":[],"#
    };
    let text = format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        {{"ex":"https://ex.example/","other":"https://other.example/ns#"}}],"eventTimeZoneOffset":"+00:00",
        {kind}"eventTime":"2026-01-01T00:00:00Z"{members}}}"#
    );
    let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    record_of(&document.events[0], &document.context)
}

pub(crate) fn matches(query: &EventQuery, record: &[u8]) -> bool {
    let record = read_record(record).expect("a record");
    Checker::new(&query.filters).check(&record, &Elements::default(), &mut Wanted::default()) == Outcome::Met
}

fn query(name: &str, value: &str) -> EventQuery {
    let query = parse_parameters([(name, value)]).unwrap_or_else(|problems| panic!("{name}={value}: {problems:?}"));
    assert_eq!(query.filters.len(), 1, "{name}");
    query
}

fn report(members: &str) -> String {
    format!(r#","sensorElementList":[{{"sensorReport":[{{"type":"Temperature"{members}}}]}}]"#)
}

fn metadata(members: &str) -> String {
    let element = r#""sensorReport":[{"type":"Temperature"}]"#;
    format!(r#","sensorElementList":[{{"sensorMetadata":{{{members}}},{element}}}]"#)
}

fn declaration(members: &str) -> String {
    format!(r#","errorDeclaration":{{"declarationTime":"2026-02-01T00:00:00Z"{members}}}"#)
}

fn quantity(members: &str) -> String {
    format!(r#","quantityList":[{{"epcClass":"urn:x:c",{members}}}]"#)
}

/// A parameter with a value, an event that it finds, and one that it does not find.
fn fixed() -> Vec<(&'static str, &'static str, String, String)> {
    let time = |name: &str, time: &str| metadata(&format!(r#""{name}":"{time}""#));
    let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00.001Z");
    let middle = "2026-01-02T01:00:00+01:00";
    let mut cases = vec![
        ("EQ_quantity", "5", quantity(r#""quantity":5.0,"uom":"KGM""#), quantity(r#""quantity":5.1"#)),
        ("GT_quantity", "5", quantity(r#""quantity":5.1"#), quantity(r#""quantity":5"#)),
        ("GE_quantity", "5", quantity(r#""quantity":5"#), quantity(r#""quantity":4.9"#)),
        ("LT_quantity", "5", quantity(r#""quantity":4.9"#), quantity(r#""quantity":5"#)),
        ("LE_quantity", "5", quantity(r#""quantity":5"#), quantity(r#""quantity":5.1"#)),
        ("GE_errorDeclarationTime", "2026-02-01T01:00:00+01:00", declaration(""), String::new()),
        ("LT_errorDeclarationTime", "2026-02-01T00:00:00.1Z", declaration(""), String::new()),
        ("GE_errorDeclaration_Time", "2026-01-01T00:00:00Z", declaration(""), String::new()),
        ("LT_errorDeclaration_Time", "2026-03-01T00:00:00Z", declaration(""), String::new()),
        ("EXISTS_sensorElementList", "true", report(""), r#","sensorElementList":[]"#.to_owned()),
        ("EQ_percRank", "50", report(r#","percRank":50"#), report(r#","percRank":51"#)),
        ("GT_percRank", "50", report(r#","percRank":51"#), report(r#","percRank":50"#)),
        ("GE_percRank", "50", report(r#","percRank":50"#), report(r#","percRank":49"#)),
        ("LT_percRank", "50", report(r#","percRank":49"#), report(r#","percRank":50"#)),
        ("LE_percRank", "50", report(r#","percRank":50"#), report(r#","percRank":51"#)),
        ("EQ_type", "gs1:Temperature|Mass", report(""), report("").replace("Temperature", "Speed")),
        (
            "EQ_exception",
            "ALARM_CONDITION",
            report(r#","exception":"ALARM_CONDITION""#),
            report(r#","exception":"urn:x:e""#),
        ),
        ("EQ_stringValue", "a b|c", report(r#","stringValue":"c""#), report(r#","stringValue":"C""#)),
        ("EQ_hexBinaryValue", "aBc0", report(r#","hexBinaryValue":"AbC0""#), report(r#","hexBinaryValue":"ABC1""#)),
        ("EQ_booleanValue", "false", report(r#","booleanValue":false"#), report(r#","booleanValue":true"#)),
    ];
    for (name, from) in [
        ("time", true),
        ("time", false),
        ("startTime", true),
        ("startTime", false),
        ("endTime", true),
        ("endTime", false),
    ] {
        let parameter: &'static str = match (name, from) {
            ("time", true) => "GE_time",
            ("time", false) => "LT_time",
            ("startTime", true) => "GE_startTime",
            ("startTime", false) => "LT_startTime",
            (_, true) => "GE_endTime",
            (_, false) => "LT_endTime",
        };
        let (found, missed) = if from { (late, early) } else { (early, late) };
        cases.push((parameter, middle, time(name, found), time(name, missed)));
    }
    for name in [
        "deviceID",
        "dataProcessingMethod",
        "bizRules",
        "microorganism",
        "chemicalSubstance",
        "uriValue",
        "coordinateReferenceSystem",
    ] {
        let parameter: &'static str = format!("EQ_{name}").leak();
        let member = |text: &str| report(&format!(r#","{name}":"{text}""#));
        cases.push((
            parameter,
            "urn:epc:id:giai:4012345.1%2D1",
            member("https://id.gs1.org/8004/40123451-1"),
            member("urn:x:1"),
        ));
        cases.push((parameter, "gs1:x|urn:x:y", member("https://gs1.org/voc/x"), member("https://gs1.org/voc/X")));
    }
    cases
}

#[test]
fn every_parameter_with_a_fixed_name() {
    let mut known: Vec<String> = filter_names().collect();
    for (name, value, found, missed) in fixed() {
        let query = query(name, value);
        assert!(matches(&query, &event(&found)), "{name}={value} finds {found}");
        assert!(!matches(&query, &event(&missed)), "{name}={value} misses {missed}");
        assert!(!matches(&query, &event("")), "{name}={value} misses an event without the field");
        known.retain(|known| known != name);
    }
    assert_eq!(known, Vec::<String>::new(), "each has a case");
}

#[test]
fn metadata_and_reports_share_their_fields() {
    for name in ["deviceID", "dataProcessingMethod", "bizRules"] {
        let query = query(&format!("EQ_{name}"), "urn:x:1");
        assert!(matches(&query, &event(&metadata(&format!(r#""{name}":"urn:x:1""#)))), "{name}");
    }
    assert!(matches(&query("GE_time", "2026-01-01T00:00:00Z"), &event(&report(r#","time":"2026-01-01T00:00:00Z""#))));
}

#[test]
fn numbers_are_compared_in_their_units() {
    let value = |field: &str, number: &str, unit: &str| report(&format!(r#","{field}":{number},"uom":"{unit}""#));
    for field in ["value", "minValue", "maxValue", "meanValue", "percValue"] {
        for (operator, number, found, missed) in [
            ("EQ", "298.15", "25", "25.0001"),
            ("GT", "298.15", "25.0001", "25"),
            ("GE", "298.15", "25", "24.9999"),
            ("LT", "298.15", "24.9999", "25"),
            ("LE", "298.15", "25", "25.0001"),
        ] {
            let query = query(&format!("{operator}_{field}_KEL"), number);
            assert!(matches(&query, &event(&value(field, found, "CEL"))), "{operator} {field}");
            assert!(!matches(&query, &event(&value(field, missed, "CEL"))), "{operator} {field}");
            // Neither another quantity nor an unknown unit is comparable, and a number without a unit is in none.
            for unit in ["KGM", "XYZ"] {
                assert!(!matches(&query, &event(&value(field, found, unit))), "{operator} {field} {unit}");
            }
            assert!(!matches(&query, &event(&report(&format!(r#","{field}":{number}"#)))), "{operator} {field}");
        }
    }
    // A standard deviation is a distance.
    assert!(matches(&query("EQ_sDev_KEL", "2"), &event(&value("sDev", "2", "CEL"))));
    assert!(matches(&query("EQ_value_KGM", "1|5"), &event(&value("value", "5000", "GRM"))));
    assert!(matches(&query("EQ_value_XYZ", "5"), &event(&value("value", "5.0", "XYZ"))));
    for (list, members) in [
        ("quantityList", ""),
        ("inputQuantityList", r#","type":"TransformationEvent","outputEPCList":["urn:x:o"]"#),
        ("outputQuantityList", r#","type":"TransformationEvent","inputEPCList":["urn:x:i"]"#),
    ] {
        let list = |uom: &str| format!(r#"{members},"{list}":[{{"epcClass":"urn:x:c","quantity":2{uom}}}]"#);
        let query = query("LE_quantity_GRM", "2000");
        assert!(matches(&query, &event(&list(r#","uom":"KGM""#))), "{}", list(""));
        assert!(!matches(&query, &event(&list(r#","uom":"TNE""#))) && !matches(&query, &event(&list(""))));
    }
}

#[test]
fn items_of_a_type() {
    let list = |list: &str, item: &str, kind: &str, value: &str| {
        format!(r#","{list}":[{{"type":"{kind}","{item}":"urn:x:9"}},{{"type":"{kind}","{item}":"{value}"}}]"#)
    };
    for (name, field, item, kind, wrong) in [
        ("EQ_bizTransaction_po", "bizTransactionList", "bizTransaction", "po", "inv"),
        ("EQ_bizTransaction_urn:epcglobal:cbv:btt:po", "bizTransactionList", "bizTransaction", "po", "inv"),
        ("EQ_bizTransaction_https://ex.example/t", "bizTransactionList", "bizTransaction", "ex:t", "ex:u"),
        ("EQ_source_owning_party", "sourceList", "source", "https://ref.gs1.org/cbv/SDT-owning_party", "location"),
        ("EQ_destination_location", "destinationList", "destination", "location", "owning_party"),
    ] {
        let query = query(name, "urn:x:1|https://id.gs1.org/414/4012345000054");
        for value in ["urn:x:1", "urn:epc:id:sgln:4012345.00005.0"] {
            assert!(matches(&query, &event(&list(field, item, kind, value))), "{name} {value}");
        }
        assert!(!matches(&query, &event(&list(field, item, wrong, "urn:x:1"))), "{name}");
        assert!(!matches(&query, &event(&list(field, item, kind, "urn:x:2"))), "{name}");
    }
}

type Place = (&'static str, fn(&str) -> String);

/// The places: the beginning of names, and an event with a member there. `ILMD` and the like are top-level places.
fn places() -> [Place; 8] {
    [
        ("", |member| format!(",{member}")),
        ("ILMD_", |member| format!(r#","ilmd":{{{member}}}"#)),
        ("ERROR_DECLARATION_", |member| declaration(&format!(",{member}"))),
        ("SENSORELEMENT_", |member| {
            format!(r#","sensorElementList":[{{{member},"sensorReport":[{{"type":"Mass"}}]}}]"#)
        }),
        ("SENSORMETADATA_", metadata),
        ("SENSORREPORT_", |member| report(&format!(",{member}"))),
        ("readPoint_", |member| format!(r#","readPoint":{{"id":"urn:x:p",{member}}}"#)),
        ("bizLocation_", |member| format!(r#","bizLocation":{{"id":"urn:x:p",{member}}}"#)),
    ]
}

/// A comparison with a value, values that it finds, and values that it does not find.
const COMPARISONS: [(&str, &str, &[&str], &[&str]); 14] = [
    ("EQ", "a|b", &[r#""b""#, r#"["c","a"]"#], &[r#""ab""#, r#""A""#, r#"{"ex:y":"a"}"#, "null", "1"]),
    ("EQ", "5", &["5", "5.0", "0.5e1", r#""5""#], &["6", r#""05""#, "true"]),
    ("EQ", "2026-01-01T00:00:00Z", &[r#""2026-01-01T01:00:00+01:00""#], &[r#""2026-01-01T00:00:00.1Z""#, "2026"]),
    ("EQ", "https://ex.example/v|x", &[r#""ex:v""#, r#""https://ex.example/v""#], &[r#""other:v""#]),
    ("EQ", "true", &["true", r#""true""#], &["false", "1"]),
    ("GT", "5", &["5.001", r#""6""#, "[1,7]"], &["5", "-6", r#""x""#, "true"]),
    ("GE", "5", &["5", "1e400"], &["4.999", r#""b""#]),
    ("LT", "5", &["4.999", "-1e400"], &["5"]),
    ("LE", "-5", &["-5", "-5.001"], &["-4.999"]),
    ("GT", "2026-01-01T00:00:00Z", &[r#""2026-01-01T00:00:00.0001Z""#], &[r#""2026-01-01T00:00:00Z""#, "9999"]),
    ("GE", "2026-01-01T00:00:00Z", &[r#""2026-01-01T00:00:00Z""#], &[r#""2026-01-01T00:00:00+01:00""#]),
    ("LT", "2026-01-01T00:00:00Z", &[r#""2025-12-31T23:59:59Z""#], &[r#""2026-01-01T00:00:00Z""#, "1"]),
    ("LE", "2026-01-01T00:00:00Z", &[r#""2026-01-01T00:00:00Z""#], &[r#""2026-01-01T00:00:00.1Z""#]),
    ("EXISTS", "true", &["0", "false", r#""a""#, r#"{"ex:y":1}"#, "[1]"], &["null", r#""""#, "[]", "{}"]),
];

#[test]
fn users_fields_in_every_place_and_at_every_depth() {
    for (place, make) in places() {
        for (operator, value, found, missed) in COMPARISONS {
            let top = query(&format!("{operator}_{place}https://ex.example/#f"), value);
            let inner = query(&format!("{operator}_INNER_{place}https://ex.example/#f"), value);
            for (texts, is_found) in [(found, true), (missed, false)] {
                for text in texts {
                    let what = format!("{operator} {place} {value} {text}");
                    let at_top = event(&make(&format!(r#""ex:f":{text}"#)));
                    assert_eq!((matches(&top, &at_top), matches(&inner, &at_top)), (is_found, false), "{what}");
                    for below in [
                        format!(r#""ex:outer":{{"ex:f":{text}}}"#),
                        format!(r#""ex:outer":[1,[{{"ex:g":[{{"ex:f":{text}}}]}}]]"#),
                        // Below a field of the same name.
                        format!(r#""ex:f":[{{"ex:f":{text}}}]"#),
                    ] {
                        let below = event(&make(&below));
                        assert_eq!(matches(&inner, &below), is_found, "INNER {what}");
                        assert!(operator == "EXISTS" || !matches(&top, &below), "{what}");
                    }
                    for (other, make) in places().into_iter().filter(|(other, _)| *other != place) {
                        let elsewhere = event(&make(&format!(r#""ex:f":{text}"#)));
                        assert!(!matches(&top, &elsewhere), "{what} in {other}");
                    }
                }
            }
            assert!(!matches(&top, &event(&make(r#""ex:g":1,"other:f":"a""#))), "{operator} {place}");
        }
    }
}

#[test]
fn a_name_is_found_in_every_spelling() {
    let record = event(r#","ex:f":1,"other:f":2,"cbvmda:lotNumber":3,"https://full.example/f":4"#);
    let namespaces = [("mine", "https://ex.example/"), ("yours", "https://other.example/ns#")];
    for (name, value) in [
        ("EQ_https://ex.example/#f", "1"),
        ("EQ_https://ex.example/f", "1"),
        ("EQ_mine:f", "1"),
        ("EQ_https://other.example/ns##f", "2"),
        ("EQ_https://other.example/ns#f", "2"),
        ("EQ_yours:f", "2"),
        ("EQ_cbvmda:lotNumber", "3"),
        ("EQ_urn:epcglobal:cbv:mda#lotNumber", "3"),
        ("EQ_urn:epcglobal:cbv:mda:lotNumber", "3"),
        ("EQ_https://full.example/#f", "4"),
    ] {
        let query =
            parse_parameters_with(&namespaces, None, [(name, value)]).unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert!(matches(&query, &record), "{name}");
        let other = parse_parameters_with(&namespaces, None, [(name, "9")]).expect("valid");
        assert!(!matches(&other, &record), "{name}");
    }
    let context = r#""@context":{"mine":"https://ex.example/","deep":"mine:x/"}"#;
    for body in [
        format!(r#"{{{context},"EQ_mine:f":1}}"#),
        format!(r#"{{{context},"query":{{"EQ_mine:f":"1"}}}}"#),
        format!(r#"{{"query":{{{context},"EQ_mine:f":[1,7]}}}}"#),
        r#"{"@context":{"ex":"https://no.example/"},"query":{"@context":{"ex":"https://ex.example/"},"EQ_ex:f":1}}"#
            .to_owned(),
    ] {
        let query = parse_body(body.as_bytes()).unwrap_or_else(|problems| panic!("{body}: {problems:?}"));
        assert!(matches(&query, &record), "{body}");
    }
    let query = parse_body_with(&namespaces, br#"{"EXISTS_yours:f":null}"#).expect("a prefix of the request");
    assert!(matches(&query, &record));
}

#[test]
fn all_conditions_must_hold() {
    let record = event(&(report(r#","value":25,"uom":"CEL""#) + r#","ex:f":"a""#));
    let conditions = [("EQ_type", "Temperature"), ("GE_value_KEL", "298"), ("EQ_https://ex.example/#f", "a")];
    assert!(matches(&parse_parameters(conditions).expect("valid"), &record));
    for failing in [("EQ_type", "Mass"), ("GE_value_KEL", "299"), ("EQ_https://ex.example/#f", "b")] {
        let changed = conditions.map(|(name, value)| if name == failing.0 { failing } else { (name, value) });
        assert!(!matches(&parse_parameters(changed).expect("valid"), &record), "{failing:?}");
    }
}

#[test]
fn an_existence_that_is_not_asked_for_is_no_condition() {
    assert!(parse_parameters([("EXISTS_https://x.example/#f", "false")]).expect("valid").filters.is_empty());
    for text in ["null", "1", "true", "\"true\""] {
        let body = format!(r#"{{"EXISTS_https://x.example/#f":{text},"EXISTS_errorDeclaration":{text}}}"#);
        let query = parse_body(body.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        assert_eq!((query.filters.len(), query.only_error_declarations), (1, true), "{text}");
    }
}

#[test]
fn a_value_of_another_form_is_refused_with_its_place() {
    let (value, unknown, unbound) = (code::INVALID_QUERY_VALUE, code::UNKNOWN_QUERY_PARAMETER, code::UNBOUND_PREFIX);
    for (name, text, code) in [
        ("GE_quantity", "x", value),
        ("GE_quantity", "1|2", value),
        ("GE_quantity", "1e10001", value),
        ("EQ_quantity_KGM", "1|two", value),
        ("EQ_quantity_kg", "1", unknown),
        ("EQ_quantity_KILOS", "1", unknown),
        ("GE_value_K", "1", unknown),
        ("GE_value_KEL", "1|2", value),
        ("GE_value_KEL", "", value),
        ("GE_value", "1", unknown),
        ("GE_time", "yesterday", value),
        ("GT_time", "2026-01-01T00:00:00Z", unknown),
        ("LT_errorDeclarationTime", "1", value),
        ("EQ_booleanValue", "yes", value),
        ("EQ_booleanValue", "true|false", value),
        ("EQ_hexBinaryValue", "0x1", value),
        ("EXISTS_sensorElementList", "yes", value),
        ("EXISTS_type", "true", unknown),
        ("GE_type", "1", unknown),
        ("GE_https://x.example/#f", "a", value),
        ("GT_https://x.example/#f", "1|2", value),
        ("EXISTS_https://x.example/#f", "1", value),
        ("EXISTS_https://x.example/#f", "true|true", value),
        ("EQ_nope:f", "1", unbound),
        ("EQ_INNER_ILMD_nope:f", "1", unbound),
        ("EQ_f", "1", unknown),
        ("EQ_:f", "1", unknown),
        ("EQ_ex:", "1", unknown),
        ("NE_https://x.example/#f", "1", unknown),
        ("EQ_bizTransaction_nope", "urn:x:1", unknown),
        ("GT_bizTransaction_po", "1", unknown),
        ("EQ_source_", "urn:x:1", unknown),
        ("HASATTR_epcList", "a", unknown),
        ("HASATTR_bizLocation_ex:f", "a", unbound),
        ("EQ_ATTR_bizLocation_", "a", unknown),
    ] {
        let problems = parse_parameters([(name, text)]).expect_err(name);
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        assert_eq!((&*problems[0].pointer, problems[0].code), (&*pointer, code), "{name}={text}");
        let body = format!(r#"{{"query":{{"{name}":"{text}"}}}}"#);
        let problems = parse_body(body.as_bytes()).err().filter(|_| !text.contains('|'));
        if let Some(problems) = problems {
            assert_eq!((&*problems[0].pointer, problems[0].code), (&*format!("/query{pointer}"), code), "{body}");
        }
    }
    let broken = parse_body(br#"{"@context":{"ex":"a b"},"query":{"@context":7}}"#).expect_err("two contexts");
    let pointers: Vec<_> = broken.iter().map(|problem| &*problem.pointer).collect();
    assert_eq!(pointers, ["/@context/ex", "/query/@context"]);
}
