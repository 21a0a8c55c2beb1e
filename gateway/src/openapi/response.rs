//! Marks members of responses as required in the OpenAPI document. Invariant: a member that is always written is
//! required, even if its value may be null.
//!
//! `utoipa` treats an `Option` as a member that may be absent. That is right for requests. In responses serde writes
//! null, except for the schemas in [`SPARSE`].

use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// The schemas of responses with members that are absent instead of null.
const SPARSE: [&str; 3] = ["AnchorFile", "CaptureJob", "CloudEvent"];

/// Marks the members of all schemas that occur only in responses as required.
pub(super) fn require_members(document: &mut OpenApi) {
    let value = serde_json::to_value(&*document).unwrap_or_default();
    let requests = reachable(&value, "requestBody");
    let responses = reachable(&value, "responses");
    let Some(components) = document.components.as_mut() else { return };
    for (name, schema) in &mut components.schemas {
        let is_response = responses.contains(name) && !requests.contains(name) && !SPARSE.contains(&name.as_str());
        if let (true, RefOr::T(Schema::Object(object))) = (is_response, schema) {
            object.required = object.properties.keys().cloned().collect();
        }
    }
}

/// The names of the schemas that are referenced, directly or not, from the members `place` of all operations.
fn reachable(document: &Value, place: &str) -> BTreeSet<String> {
    let operations = document["paths"].as_object().into_iter().flatten();
    let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let mut names = BTreeSet::new();
    let mut pending = Vec::new();
    for (_, operation) in operations {
        references(&operation[place], &mut pending);
    }
    while let Some(name) = pending.pop() {
        if names.insert(name.clone()) {
            references(&document["components"]["schemas"][&name], &mut pending);
        }
    }
    names
}

/// Collects the names of the schemas that a value references directly.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            found.extend(reference.and_then(|text| text.rsplit('/').next()).map(str::to_owned));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
