//! The channel of server-sent events.

use super::{add_channel, add_operation, parameters, reference};
use crate::event::{KEEP_ALIVE_MS, STREAM_READ_MS_MAX, stream::StreamEnd};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema as _;

const CHANNEL: &str = "events";
const PATH: &str = "/v1/events/stream";
const END: &str = "StreamEnd";

pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    let end = serde_json::to_value(StreamEnd::schema()).unwrap_or_default();
    schemas.insert(END.to_owned(), end);
}

pub(super) fn add(openapi: &Value, names: &[&str], document: &mut Value) {
    let operation = &openapi["paths"][PATH]["get"];
    let mut messages: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), reference("messages", name))).collect();
    let end = json!({
        "name": "error",
        "summary": "The last message of a stream that the service ends",
        "payload": reference("schemas", END),
    });
    messages.insert("error".to_owned(), end);
    let seconds = |ms: u64| ms / 1_000;
    let description = format!(
        "Server-sent events: `id` is the number of the event, `event` the name of the message, `data` the payload. A \
         message without `data` states the number up to which nothing more is to come. A comment comes every {} s \
         without events. A client that does not take a part within {} s is cut with `event.too_slow`; with the header \
         `Last-Event-ID` it continues without loss.",
        seconds(KEEP_ALIVE_MS),
        seconds(STREAM_READ_MS_MAX),
    );
    let channel =
        json!({ "address": PATH, "title": "Stream of events", "description": description, "messages": messages });
    let sent = json!({
        "action": "send",
        "title": "Stream of events",
        "summary": operation["summary"],
        "bindings": {
            "http": { "method": "GET", "query": parameters(operation, "query"), "bindingVersion": "0.3.0" },
        },
        "x-request-headers": parameters(operation, "header"),
    });
    add_operation(document, CHANNEL, messages.keys(), "streamEvents", sent);
    add_channel(document, CHANNEL, channel);
}
