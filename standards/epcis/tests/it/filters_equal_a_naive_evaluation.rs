//! The evaluation of filters, which walks an event once, equals one that looks for the fields of each condition by
//! itself, on random events and queries.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use standards_epcis::query::parse_parameters;

use super::filters_match_as_the_standard_says::{event, matches};

const PLACES: [&str; 8] = [
    "",
    "ILMD_",
    "ERROR_DECLARATION_",
    "SENSORELEMENT_",
    "SENSORMETADATA_",
    "SENSORREPORT_",
    "readPoint_",
    "bizLocation_",
];
const NAMES: [&str; 3] = ["a", "b", "c"];
const UNITS: [&str; 4] = ["CEL", "KEL", "GRM", "KGM"];

/// A value of a user's field: a number, a text, a list or an object with fields.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![(0..4_i64).prop_map(Value::from), "[ab]?".prop_map(Value::from), Just(Value::Null)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            fields(inner).prop_map(Value::Object),
        ]
    })
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(&NAMES[..]).prop_map(|name| format!("ex:{name}"));
    prop::collection::btree_map(name, value, 0..3).prop_map(|fields| fields.into_iter().collect())
}

fn extensions() -> impl Strategy<Value = Map<String, Value>> {
    fields(value())
}

fn merged(parts: [Value; 2]) -> Value {
    let parts = parts.into_iter().filter_map(|part| part.as_object().cloned());
    Value::Object(parts.flatten().collect())
}

fn report() -> impl Strategy<Value = Value> {
    (extensions(), -3..3_i64, prop::sample::select(&UNITS[..]), 0..3_i64).prop_map(|(own, number, unit, rank)| {
        merged([Value::Object(own), json!({"type": "Mass", "value": number, "uom": unit, "percRank": rank})])
    })
}

fn element() -> impl Strategy<Value = Value> {
    (extensions(), extensions(), prop::collection::vec(report(), 1..3)).prop_map(|(own, metadata, reports)| {
        merged([Value::Object(own), json!({"sensorMetadata": metadata, "sensorReport": reports})])
    })
}

fn members() -> impl Strategy<Value = Value> {
    let places = [extensions().boxed(), extensions().boxed(), extensions().boxed(), extensions().boxed()];
    (extensions(), places, prop::collection::vec(element(), 0..3)).prop_map(|(own, places, elements)| {
        let [ilmd, declared, read_point, location] = places.map(Value::Object);
        merged([
            Value::Object(own),
            json!({
                "ilmd": ilmd,
                "errorDeclaration": merged([declared, json!({"declarationTime": "2026-01-01T00:00:00Z"})]),
                "readPoint": merged([read_point, json!({"id": "urn:x:p"})]),
                "bizLocation": merged([location, json!({"id": "urn:x:p"})]),
                "sensorElementList": elements,
            }),
        ])
    })
}

/// A parameter with its value.
fn parameter() -> impl Strategy<Value = (String, String)> {
    let operator = prop::sample::select(&["EQ", "GT", "GE", "LT", "LE", "EXISTS"][..]);
    let own = (operator, any::<bool>(), prop::sample::select(&PLACES[..]), prop::sample::select(&NAMES[..]), 0..4_i64)
        .prop_map(|(operator, is_inner, place, name, number)| {
            let inner = if is_inner { "INNER_" } else { "" };
            let value = match operator {
                "EXISTS" => "true".to_owned(),
                "EQ" => format!("{number}|a"),
                _ => number.to_string(),
            };
            (format!("{operator}_{inner}{place}https://ex.example/#{name}"), value)
        });
    let operator = prop::sample::select(&["EQ", "GT", "GE", "LT", "LE"][..]);
    let number = prop_oneof![-3..3_i64, 270..276_i64];
    let measured = (operator.clone(), prop::sample::select(&UNITS[..]), number)
        .prop_map(|(operator, unit, number)| (format!("{operator}_value_{unit}"), number.to_string()));
    let ranked =
        (operator, 0..3_i64).prop_map(|(operator, number)| (format!("{operator}_percRank"), number.to_string()));
    prop_oneof![4 => own, 2 => measured, 1 => ranked]
}

fn holds(operator: &str, order: std::cmp::Ordering) -> bool {
    match operator {
        "EQ" => order.is_eq(),
        "GT" => order.is_gt(),
        "GE" => order.is_ge(),
        "LT" => order.is_lt(),
        _ => order.is_le(),
    }
}

/// All objects at a place of an event.
fn at<'v>(event: &'v Value, place: &str) -> Vec<&'v Value> {
    let list = |node: &'v Value, name: &str| node[name].as_array().into_iter().flatten();
    let elements = list(event, "sensorElementList");
    match place {
        "" => vec![event],
        "ILMD_" => vec![&event["ilmd"]],
        "ERROR_DECLARATION_" => vec![&event["errorDeclaration"]],
        "readPoint_" => vec![&event["readPoint"]],
        "bizLocation_" => vec![&event["bizLocation"]],
        "SENSORELEMENT_" => elements.collect(),
        "SENSORMETADATA_" => elements.map(|element| &element["sensorMetadata"]).collect(),
        _ => elements.flat_map(|element| list(element, "sensorReport")).collect(),
    }
}

fn own_fields(node: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = node.as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.strip_prefix("ex:")?, value)))
}

/// Every field at any level below a value.
fn below<'v>(node: &'v Value, found: &mut Vec<(&'v str, &'v Value)>) {
    node.as_array().into_iter().flatten().for_each(|element| below(element, found));
    for (name, value) in own_fields(node) {
        found.push((name, value));
        below(value, found);
    }
}

fn leaves<'v>(node: &'v Value, found: &mut Vec<&'v Value>) {
    match node {
        Value::Array(elements) => elements.iter().for_each(|element| leaves(element, found)),
        other => found.push(other),
    }
}

fn is_empty(node: &Value) -> bool {
    node.is_null()
        || node.as_str() == Some("")
        || node.as_array().is_some_and(Vec::is_empty)
        || node.as_object().is_some_and(Map::is_empty)
}

/// A number in hundredths of a kelvin or in grams.
fn base(number: i64, unit: &str) -> (bool, i64) {
    match unit {
        "CEL" => (true, number * 100 + 27_315),
        "KEL" => (true, number * 100),
        "GRM" => (false, number),
        _ => (false, number * 1_000),
    }
}

fn is_met(event: &Value, name: &str, value: &str) -> bool {
    let (operator, rest) = name.split_once('_').expect("an operator");
    let reports = at(event, "SENSORREPORT_");
    if rest == "percRank" {
        let wanted: i64 = value.parse().expect("a number");
        return reports.iter().any(|it| holds(operator, it["percRank"].as_i64().expect("a number").cmp(&wanted)));
    }
    if let Some(unit) = rest.strip_prefix("value_") {
        let (kind, wanted) = base(value.parse().expect("a number"), unit);
        return reports.iter().any(|it| {
            let (found_kind, found) =
                base(it["value"].as_i64().expect("a number"), it["uom"].as_str().expect("a unit"));
            found_kind == kind && holds(operator, found.cmp(&wanted))
        });
    }
    let (is_inner, rest) = rest.strip_prefix("INNER_").map_or((false, rest), |rest| (true, rest));
    let (place, local) = rest.split_once("https://ex.example/#").expect("a name");
    let mut found = Vec::new();
    for node in at(event, place) {
        for (name, value) in own_fields(node) {
            if is_inner { below(value, &mut found) } else { found.push((name, value)) }
        }
    }
    found.into_iter().filter(|(name, _)| *name == local).any(|(_, node)| {
        if operator == "EXISTS" {
            return !is_empty(node);
        }
        let mut all = Vec::new();
        leaves(node, &mut all);
        all.into_iter().any(|leaf| match leaf {
            Value::Number(number) => {
                let wanted = value.split('|').next().and_then(|text| text.parse().ok()).expect("a number");
                holds(operator, number.as_i64().expect("an integer").cmp(&wanted))
            }
            Value::String(text) => operator == "EQ" && value.split('|').any(|wanted| wanted == text),
            _ => false,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn one_walk_equals_a_search_for_each_condition(
        members in members(),
        parameters in prop::collection::btree_map(0..9_u8, parameter(), 1..4),
    ) {
        let text = members.to_string();
        let record = event(&format!(",{}", &text[1..text.len() - 1]));
        let mut expected = true;
        let mut given: Vec<(&str, &str)> = Vec::new();
        for (name, value) in parameters.values() {
            if given.iter().any(|(other, _)| other == name) {
                continue;
            }
            given.push((name, value));
            let is_met = is_met(&members, name, value);
            let alone = parse_parameters([(&**name, &**value)]).expect("valid");
            prop_assert_eq!(matches(&alone, &record), is_met, "{} {}", name, value);
            expected &= is_met;
        }
        prop_assert_eq!(matches(&parse_parameters(given).expect("valid"), &record), expected);
    }
}
