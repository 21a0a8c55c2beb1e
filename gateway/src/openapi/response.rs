//! Marks members of responses as required in the OpenAPI document. Invariant: a member that is always written is
//! required, even if its value may be null.
//!
//! `utoipa` treats an `Option` as a member that may be absent. That is right for requests. In responses serde writes
//! null, except for the schemas in [`SPARSE`].

use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// The schemas of responses with members that are absent instead of null.
const SPARSE: [&str; 4] = ["AnchorFile", "CaptureJob", "CloudEvent", "Subscription"];

/// Marks the members of all schemas that occur only in responses as required.
pub(super) fn require_members(document: &mut OpenApi) {
    let value = serde_json::to_value(&*document).unwrap_or_default();
    let requests = reachable(&value, "requestBody");
    let responses = reachable(&value, "responses");
    let Some(components) = document.components.as_mut() else { return };
    for (name, schema) in &mut components.schemas {
        let is_response = responses.contains(name) && !requests.contains(name) && !SPARSE.contains(&name.as_str());
        if is_response {
            require_all(schema);
        }
    }
}

/// Marks all members of a schema as required. One that adds members to those of another is made of both parts.
fn require_all(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.required = object.properties.keys().cloned().collect(),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(require_all),
        RefOr::T(_) | RefOr::Ref(_) => {}
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn what_is_always_written_is_required_and_nothing_else() {
        let document = serde_json::to_value(crate::openapi::document()).expect("JSON");
        let schema = |name: &str| document["components"]["schemas"][name].clone();
        let is_required = |schema: &Value, member: &str| {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            schema["properties"].get(member).map(|_| required.contains(&json!(member)))
        };
        for (name, member, expected) in [
            ("Webhook", "disabled_reason", true),
            ("Subscription", "subscriptionID", true),
            ("Subscription", "paused", false),
            ("Subscription", "lastError", false),
            ("CloudEvent", "subject", false),
            ("CreateWebhook", "types", false),
        ] {
            assert_eq!(is_required(&schema(name), member), Some(expected), "{name}.{member}");
        }
        for (name, member) in
            [("WebhookDetail", "replay"), ("NewSecret", "secret"), ("WebhookWithSecret", "public_key")]
        {
            assert_eq!(is_required(&schema(name)["allOf"][1], member), Some(true), "{name}.{member}");
        }
    }
}
