//! The AsyncAPI 3 document of what the service sends by itself: the stream and the socket of events, webhooks, and what
//! the domains add.
//! Invariant: the document is made from the OpenAPI document, from the types that are parsed and written, and from the
//! index's table of types, so it agrees with what is served.

mod socket;
mod stream;
mod webhook;

use super::model::TYPE_PREFIX;
use crate::{openapi, slice};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::LazyLock};

static JSON: LazyLock<String> = LazyLock::new(|| format!("{:#}", document()));

/// The document as it is committed: pretty-printed JSON.
pub fn json() -> &'static str {
    &JSON
}

/// Builds the whole document.
pub fn document() -> Value {
    let openapi = serde_json::to_value(openapi::document()).unwrap_or_default();
    let names: Vec<_> = indexer::event_types().map(|it| it.name).collect();
    let mut schemas = Map::new();
    add_schema(&openapi, "CloudEvent", &mut schemas);
    let data: BTreeMap<_, _> = slice::event_data().collect();
    for name in &names {
        schemas.insert((*name).to_owned(), schema_of(name, data.get(name)));
    }
    add_schema(&openapi, "FieldProblem", &mut schemas);
    stream::add_schemas(&mut schemas);
    socket::add_schemas(&names, &mut schemas);
    webhook::add_schemas(&mut schemas);
    let messages: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), message_of(name))).collect();
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Waymark events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What becomes final for a tenant, as CloudEvents 1.0. The same event has the same `source` \
                and `id` on every channel, and the numbers of a tenant have no gaps.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "gateway": {
                "host": "{host}",
                "protocol": "https",
                "variables": { "host": { "default": "127.0.0.1:8080", "description": "A gateway" } },
                "security": [reference("securitySchemes", "bearer")],
            },
        },
        "channels": {},
        "operations": {},
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token from `POST /oauth/token`, or an API key. The scope is `event:read`.",
                },
            },
        },
    });
    stream::add(&openapi, &names, &mut document);
    socket::add(&openapi, &mut document);
    webhook::add(&names, &mut document);
    slice::describe_channels(&openapi, &mut document);
    document
}

/// Adds a channel whose messages are references or message objects.
pub(crate) fn add_channel(document: &mut Value, name: &str, channel: Value) {
    document["channels"][name] = channel;
}

/// Adds an operation with these messages of a channel.
pub(crate) fn add_operation<'m>(
    document: &mut Value,
    channel: &str,
    messages: impl Iterator<Item = &'m String>,
    name: &str,
    operation: Value,
) {
    let messages: Value =
        messages.map(|message| json!({ "$ref": format!("#/channels/{channel}/messages/{message}") })).collect();
    document["operations"][name] = operation;
    document["operations"][name]["channel"] = json!({ "$ref": format!("#/channels/{channel}") });
    document["operations"][name]["messages"] = messages;
}

/// A reference to a component of the document.
pub(crate) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// The schema of an operation's parameters in the query or the header, as the OpenAPI document has them.
pub(crate) fn parameters(operation: &Value, place: &str) -> Value {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_place = parameters.filter(|parameter| parameter["in"] == place);
    let properties = of_place.map(|parameter| {
        let mut schema = parameter["schema"].clone();
        schema["description"] = parameter["description"].clone();
        (parameter["name"].as_str().unwrap_or_default().to_owned(), schema)
    });
    json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
}

/// Takes a schema of the OpenAPI document, and all that it refers to. Both formats refer to schemas in the same way.
fn add_schema(openapi: &Value, name: &str, schemas: &mut Map<String, Value>) {
    let schema = &openapi["components"]["schemas"][name];
    if schemas.insert(name.to_owned(), schema.clone()).is_some() {
        return;
    }
    let mut rest = vec![schema];
    while let Some(value) = rest.pop() {
        let referenced = value.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next());
        if let Some(referenced) = referenced.filter(|name| !schemas.contains_key(*name)) {
            add_schema(openapi, referenced, schemas);
        }
        match value {
            Value::Object(members) => rest.extend(members.values()),
            Value::Array(elements) => rest.extend(elements),
            _ => {}
        }
    }
}

/// An event of one type.
fn schema_of(name: &str, data: Option<&Value>) -> Value {
    let own = json!({ "properties": { "type": { "const": format!("{TYPE_PREFIX}{name}") }, "data": data } });
    json!({ "allOf": [reference("schemas", "CloudEvent"), own] })
}

/// The message with an event of one type.
fn message_of(name: &str) -> Value {
    json!({ "name": format!("{TYPE_PREFIX}{name}"), "payload": reference("schemas", name) })
}
