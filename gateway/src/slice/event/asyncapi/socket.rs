//! The channel of the WebSocket of events: what the client says and what the service says.

use super::{add_channel, add_operation, reference};
use crate::event::{
    SUB_PROTOCOL,
    socket::message::{schemas_of_client, schemas_of_service},
};
use serde_json::{Map, Value, json};

const CHANNEL: &str = "eventSocket";
const PATH: &str = "/v1/events/socket";
/// The schema of an event of any type.
const ANY: &str = "AnyEvent";

pub(super) fn add_schemas(names: &[&str], schemas: &mut Map<String, Value>) {
    let any: Vec<_> = names.iter().map(|name| reference("schemas", name)).collect();
    schemas.insert(ANY.to_owned(), json!({ "description": "An event of one of the types.", "oneOf": any }));
    for mut schema in schemas_of_client().into_iter().chain(schemas_of_service()) {
        if let Some(event) = schema["properties"].get_mut("event") {
            *event = reference("schemas", ANY);
        }
        schemas.insert(schema_name(&schema), schema);
    }
}

pub(super) fn add(openapi: &Value, document: &mut Value) {
    let (client, service) = (messages(schemas_of_client()), messages(schemas_of_service()));
    let description = "A WebSocket with the sub-protocol `waymark.events.v1`. The client says `connection_init` if the \
        head of its request had no credentials, then `subscribe`, and then `credit` and `ack` at any time. The service \
        sends no more events than there is credit for. It ends the socket with `error`; a client that subscribes again \
        after `acked` misses nothing.";
    let headers = json!({
        "type": "object",
        "required": ["Sec-WebSocket-Protocol"],
        "properties": { "Sec-WebSocket-Protocol": { "type": "string", "const": SUB_PROTOCOL } },
    });
    let all: Map<_, _> = client.clone().into_iter().chain(service.clone()).collect();
    let channel = json!({
        "address": PATH,
        "title": "Socket of events",
        "description": description,
        "messages": all,
        "bindings": { "ws": { "method": "GET", "headers": headers, "bindingVersion": "0.1.0" } },
    });
    let said = json!({ "action": "receive", "title": "What the client says" });
    let summary = &openapi["paths"][PATH]["get"]["summary"];
    let told = json!({ "action": "send", "title": "What the service says", "summary": summary });
    add_operation(document, CHANNEL, client.keys(), "listenOnEventSocket", said);
    add_operation(document, CHANNEL, service.keys(), "tellOnEventSocket", told);
    add_channel(document, CHANNEL, channel);
}

/// A message for each schema, by its type.
fn messages(schemas: Vec<Value>) -> Map<String, Value> {
    let message = |schema: Value| {
        let name = type_of(&schema).to_owned();
        let message = json!({
            "name": name,
            "summary": schema["description"],
            "payload": reference("schemas", &schema_name(&schema)),
        });
        (name, message)
    };
    schemas.into_iter().map(message).collect()
}

/// The type of the messages with a schema.
fn type_of(schema: &Value) -> &str {
    schema["properties"]["type"]["const"].as_str().unwrap_or_default()
}

/// The name of a message's schema: that of its type after the name of the channel.
fn schema_name(schema: &Value) -> String {
    format!("{CHANNEL}.{}", type_of(schema))
}
