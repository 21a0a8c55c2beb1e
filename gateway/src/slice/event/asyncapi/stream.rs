//! The channel of server-sent events.

use super::{add_channel, reference};
use crate::event::{KEEP_ALIVE_MS, STREAM_READ_MS_MAX};
use serde_json::{Map, Value, json};

const PATH: &str = "/v1/events/stream";
const END: &str = "StreamEnd";

pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let end = json!({
        "type": "object",
        "description": "Why the service ended a stream.",
        "required": ["code", "title", "detail"],
        "properties": {
            "code": text("A code of the table in reference.md, such as `auth.invalid_token` or `limit.stopping`."),
            "title": text("The code in words."),
            "detail": text("What to do."),
        },
    });
    schemas.insert(END.to_owned(), end);
}

pub(super) fn add(openapi: &Value, names: &[&str], document: &mut Value) {
    let operation = &openapi["paths"][PATH]["get"];
    let parameters = |place: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let of_place = parameters.filter(|parameter| parameter["in"] == place);
        let properties = of_place.map(|parameter| {
            let mut schema = parameter["schema"].clone();
            schema["description"] = parameter["description"].clone();
            (parameter["name"].as_str().unwrap_or_default().to_owned(), schema)
        });
        json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
    };
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
            "http": { "method": "GET", "query": parameters("query"), "bindingVersion": "0.3.0" },
        },
        "x-request-headers": parameters("header"),
    });
    add_channel(document, "events", channel, "streamEvents", sent);
}
