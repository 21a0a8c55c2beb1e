//! The channels of subscriptions to named queries, for the AsyncAPI document: the WebSocket, and the call of a
//! subscriber. Invariant: the parameters of the socket are those of the OpenAPI document, and a test compares the
//! schema of the document with one that is written.

use crate::{
    event::asyncapi::{add_channel, add_operation, parameters, reference},
    socket::introduction::Introduction,
};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema as _;

const SOCKET: &str = "querySocket";
const RECEIVER: &str = "querySubscriber";
const PATH: &str = "/epcis/queries/{name}/events";
const DOCUMENT: &str = "EPCISQueryDocument";

/// Adds the channels, their operations and their schemas.
pub(crate) fn describe(openapi: &Value, document: &mut Value) {
    let schemas = [
        (DOCUMENT, query_document()),
        ("querySocket.connection_init", connection_init()),
        ("querySocket.connection_ack", connection_ack()),
        ("Problem", openapi["components"]["schemas"]["Problem"].clone()),
    ];
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = schema;
    }
    describe_socket(openapi, document);
    describe_receiver(document);
}

fn describe_socket(openapi: &Value, document: &mut Value) {
    let client = messages(&[(
        "connection_init",
        "querySocket.connection_init",
        "Says who the client is, when the head of its request had no credentials",
    )]);
    let service = messages(&[
        ("connection_ack", "querySocket.connection_ack", "The client is known"),
        ("document", DOCUMENT, "The next events, in JSON, or in XML for a client that accepts it"),
        ("problem", "Problem", "The last message of a socket that the service ends"),
    ]);
    let all: Map<_, _> = client.clone().into_iter().chain(service.clone()).collect();
    let operation = &openapi["paths"][PATH]["get"];
    let channel = json!({
        "address": PATH,
        "title": "Socket of a named query",
        "description": operation["description"],
        "parameters": { "name": { "description": "The name of the query, percent-encoded." } },
        "messages": all,
        "bindings": {
            "ws": {
                "method": "GET",
                "query": parameters(operation, "query"),
                "headers": parameters(operation, "header"),
                "bindingVersion": "0.1.0",
            },
        },
    });
    let said = json!({ "action": "receive", "title": "What the subscriber says" });
    let told = json!({ "action": "send", "title": "What the subscriber is sent" });
    add_operation(document, SOCKET, client.keys(), "listenOnQuerySocket", said);
    add_operation(document, SOCKET, service.keys(), "tellOnQuerySocket", told);
    add_channel(document, SOCKET, channel);
}

fn describe_receiver(document: &mut Value) {
    let mut messages = messages(&[
        ("document", DOCUMENT, "The next events, in JSON or in XML, as the subscription asks"),
        ("problem", "Problem", "The query fails, or an event has no form in XML"),
    ]);
    for message in messages.values_mut() {
        message["headers"] = json!({
            "type": "object",
            "properties": {
                "GS1-Signature": {
                    "type": "string",
                    "pattern": "^[0-9a-f]{64}$",
                    "description": "HMAC-SHA256 of the body under the subscription's `signatureToken`, if it has one.",
                },
            },
        });
    }
    let channel = json!({
        "address": null,
        "title": "Subscriber of a named query",
        "description": "The `dest` of a subscription.",
        "messages": messages,
    });
    let sent = json!({
        "action": "send",
        "title": "Delivery",
        "summary": "The next events of the query are sent with each request.",
        "description": "An answer 2xx settles the delivery. Until then it is sent again with the same `id`; 410 ends it.",
        "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
    });
    add_operation(document, RECEIVER, messages.keys(), "sendQueryDocument", sent);
    add_channel(document, RECEIVER, channel);
}

/// Messages of a name, a schema and a summary.
fn messages(all: &[(&str, &str, &str)]) -> Map<String, Value> {
    let message = |(name, schema, summary): &(&str, &str, &str)| {
        let message = json!({ "name": name, "summary": summary, "payload": reference("schemas", schema) });
        ((*name).to_owned(), message)
    };
    all.iter().map(message).collect()
}

fn connection_init() -> Value {
    object(
        &["type"],
        &json!({
            "type": { "type": "string", "const": "connection_init" },
            "payload": serde_json::to_value(Introduction::schema()).unwrap_or_default(),
        }),
    )
}

fn connection_ack() -> Value {
    let time = json!({
        "type": "string",
        "format": "date-time",
        "description": "The record time from which on events are sent.",
    });
    object(
        &["type", "minRecordTime"],
        &json!({ "type": { "type": "string", "const": "connection_ack" }, "minRecordTime": time }),
    )
}

/// A delivery in JSON (EPCIS 2.0, `EPCISQueryDocument`).
fn query_document() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let results = object(
        &["queryName", "subscriptionID", "resultsBody"],
        &json!({
            "queryName": text("The name of the query."),
            "subscriptionID": text("The id of the subscription."),
            "resultsBody": object(
                &["eventList"],
                &json!({ "eventList": { "type": "array", "items": { "type": "object" }, "description": "Events." } }),
            ),
        }),
    );
    let mut document = object(
        &["@context", "id", "type", "schemaVersion", "creationDate", "epcisBody"],
        &json!({
            "@context": { "description": "The context of EPCIS and those of the events." },
            "id": text("A URI, the same at each attempt to deliver the document."),
            "type": { "type": "string", "const": DOCUMENT },
            "schemaVersion": { "type": "string", "const": "2.0" },
            "creationDate": { "type": "string", "format": "date-time" },
            "epcisBody": object(&["queryResults"], &json!({ "queryResults": results })),
        }),
    );
    document["description"] = "Events that match a query, with their record times. XML has the same parts.".into();
    document
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::*;
    use standards_epcis::document::{Delivery, delivery_document};

    /// Checks that a schema names exactly the members of a value, and so below.
    fn compare(schema: &Value, value: &Value) {
        let Some(properties) = schema["properties"].as_object() else { return };
        let members = value.as_object().expect("an object");
        assert_eq!(properties.keys().collect::<Vec<_>>(), members.keys().collect::<Vec<_>>());
        let required: Vec<_> = schema["required"].as_array().expect("a list").iter().collect();
        assert_eq!(required.len(), properties.len());
        for (name, property) in properties {
            if let Some(text) = property.get("const") {
                assert_eq!(text, &value[name]);
            }
            compare(property, &value[name]);
        }
    }

    #[test]
    fn the_schema_of_a_document_is_that_of_one_that_is_written() {
        let delivery = Delivery { id: "urn:x:1", subscription_id: "1" };
        let written = delivery_document("query", delivery, 0, &[]);
        compare(&query_document(), &serde_json::from_str(&written).expect("JSON"));
    }
}
