//! The channel of webhooks: what the service sends to a receiver.

use super::{add_channel, add_operation, message_of, reference};
use crate::{event::model::TYPE_PREFIX, slice};
use serde_json::{Map, Value, json};

const CHANNEL: &str = "webhook";
const HEADERS: &str = "WebhookHeaders";
/// The headers of what is no event of the tenant.
const NOTICE_HEADERS: &str = "WebhookNoticeHeaders";

pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    let headers = json!({
        "type": "object",
        "description": "The headers of Standard Webhooks 1.0.0.",
        "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        "properties": {
            "webhook-id": {
                "type": "string",
                "pattern": "^evt_[0-9a-f-]{36}_[1-9][0-9]*$",
                "description": "`evt_<tenant>_<number>`: the same for every attempt to deliver the event.",
            },
            "webhook-timestamp": {
                "type": "string",
                "pattern": "^[0-9]+$",
                "description": "The time of the attempt, in seconds since 1970.",
            },
            "webhook-signature": {
                "type": "string",
                "description": "Signatures of `<id>.<timestamp>.<body>`, separated by spaces: `v1,` and HMAC-SHA256, or \
                    `v1a,` and Ed25519, in base64.",
            },
        },
    });
    let mut of_notice = headers.clone();
    of_notice["properties"]["webhook-id"] = json!({
        "type": "string",
        "description": "The same for every attempt. A notice has no number, so it differs from the ids of events.",
    });
    schemas.insert(HEADERS.to_owned(), headers);
    schemas.insert(NOTICE_HEADERS.to_owned(), of_notice);
    for (name, schema) in slice::webhook_notices() {
        schemas.insert(own_name(name).to_owned(), schema);
    }
}

pub(super) fn add(names: &[&str], document: &mut Value) {
    let message = |name: &str, headers: &str| {
        let mut message = message_of(name);
        message["contentType"] = "application/cloudevents+json".into();
        message["headers"] = reference("schemas", headers);
        (name.to_owned(), message)
    };
    let mut messages: Map<_, _> = names.iter().map(|name| message(name, HEADERS)).collect();
    for (name, schema) in slice::webhook_notices() {
        let (name, mut message) = message(own_name(name), NOTICE_HEADERS);
        message["summary"] = schema["description"].clone();
        messages.insert(name, message);
    }
    let channel = json!({
        "address": null,
        "title": "Receiver of webhooks",
        "description": "The URL of a receiver, also that of `waymark listen --forward-to`.",
        "messages": messages,
    });
    let operation = json!({
        "action": "send",
        "title": "Webhook",
        "summary": "One event is sent with each request.",
        "description": "The receiver verifies the signature and answers 2xx once it has the event. It may get the same \
            `webhook-id` again. 410 ends the delivery; any other answer, or none, is a failure, after which the event is \
            sent again.",
        "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
    });
    add_operation(document, CHANNEL, messages.keys(), "sendWebhook", operation);
    add_channel(document, CHANNEL, channel);
}

/// The name of a type without the prefix that all types have.
fn own_name(name: &'static str) -> &'static str {
    name.strip_prefix(TYPE_PREFIX).unwrap_or(name)
}
