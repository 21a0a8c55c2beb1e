//! Translates the identifiers of an event. Invariant: only values that hold an identifier change; every other byte of
//! the event stays.

use super::{
    epc::{EpcFormat, epc},
    prefix_table::CompanyPrefixes,
};
use crate::{
    document::{Record, record_document, record_of},
    event::Event,
    json::{Node, Value, push_string},
};

/// The members of an event that hold identifiers: one, or a list.
const SINGLE: [&str; 6] = ["epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList", "transformationID"];

/// The members whose objects hold identifiers, and the names of these.
const NESTED: [(&str, &[&str]); 9] = [
    ("quantityList", &["epcClass"]),
    ("childQuantityList", &["epcClass"]),
    ("inputQuantityList", &["epcClass"]),
    ("outputQuantityList", &["epcClass"]),
    ("readPoint", &["id"]),
    ("bizLocation", &["id"]),
    ("bizTransactionList", &["bizTransaction"]),
    ("sourceList", &["source"]),
    ("destinationList", &["destination"]),
];

/// The members of sensor metadata and reports that hold identifiers.
const SENSOR: [&str; 5] = ["deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"];

/// The event's JSON with its identifiers in a format.
pub fn event(event: &Event<'_>, format: EpcFormat, prefixes: &dyn CompanyPrefixes) -> String {
    let mut found = Vec::new();
    for member in event.root.as_object().unwrap_or_default() {
        if SINGLE.contains(&&*member.name) {
            strings(&member.node, &mut found);
        } else if let Some((_, names)) = NESTED.iter().find(|(name, _)| *name == member.name) {
            members(&member.node, names, &mut found);
        } else if member.name == "sensorElementList" {
            for part in objects(&member.node).filter_map(Node::as_object).flatten() {
                if part.name == "sensorMetadata" || part.name == "sensorReport" {
                    members(&part.node, &SENSOR, &mut found);
                }
            }
        }
    }
    found.sort_unstable_by_key(|node| node.start);
    let raw = event.raw();
    let mut out = String::with_capacity(raw.len() + raw.len() / 4);
    let mut copied_to = 0;
    for node in found {
        let Value::String(text) = &node.value else { continue };
        let translated = epc(text, format, prefixes);
        if *translated == **text {
            continue;
        }
        let start = node.start - event.root.start;
        out.push_str(&raw[copied_to..start]);
        push_string(&mut out, &translated);
        copied_to = start + node.raw.len();
    }
    out.push_str(&raw[copied_to..]);
    out
}

/// The record of an event with its identifiers in a format, for [`crate::document::read_record`].
pub fn record(record: &Record<'_>, format: EpcFormat, prefixes: &dyn CompanyPrefixes) -> Vec<u8> {
    let translated = event(&record.event, format, prefixes);
    let mut bytes = record_of(&record.event, &record.context);
    let start = record_document(record.context.raw(), "").len() - 1;
    bytes.splice(start..start + record.event.raw().len(), translated.bytes());
    bytes
}

/// The strings of a value that is one, or a list.
fn strings<'n, 'a>(node: &'n Node<'a>, found: &mut Vec<&'n Node<'a>>) {
    let single = std::slice::from_ref(node);
    found.extend(node.as_array().unwrap_or(single).iter().filter(|node| node.as_str().is_some()));
}

/// The objects of a value that is one, or a list.
fn objects<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = &'n Node<'a>> {
    node.as_array().unwrap_or(std::slice::from_ref(node)).iter()
}

fn members<'n, 'a>(node: &'n Node<'a>, names: &[&str], found: &mut Vec<&'n Node<'a>>) {
    for member in objects(node).filter_map(Node::as_object).flatten() {
        if names.contains(&&*member.name) {
            strings(&member.node, found);
        }
    }
}
