//! Checks that the committed documents of the API (OpenAPI, GraphQL schema, reference) match the code.

use serde_json::Value;
use std::{fs, path::Path};

fn committed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_committed_openapi_document_is_the_served_one() {
    assert!(committed("openapi/waymark.json").trim_end() == gateway::openapi::json(), "run `waymark openapi`");
}

#[test]
fn the_committed_asyncapi_document_is_made_from_the_tables() {
    assert!(committed("openapi/asyncapi.json").trim_end() == gateway::event::asyncapi::json(), "run `waymark openapi`");
}

/// The references of a document, wherever they are.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// The JSON schema of AsyncAPI is checked in web/tests.
#[test]
fn every_reference_of_asyncapi_resolves_and_every_channel_of_events_sends_every_type() {
    let document = gateway::event::asyncapi::document();
    let found = references(&document);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let openapi: Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
    for (name, channel) in document["channels"].as_object().expect("channels") {
        if let Some(path) = channel["address"].as_str() {
            assert!(openapi["paths"].get(path).is_some(), "{path} is a route");
        }
        if !["events", "webhook"].contains(&name.as_str()) {
            continue;
        }
        for event in indexer::event_types() {
            assert!(channel["messages"].get(event.name).is_some(), "{name}: {}", event.name);
        }
    }
    let any = document["components"]["schemas"]["AnyEvent"]["oneOf"].as_array().expect("all types");
    let any: Vec<_> = any.iter().filter_map(|it| it["$ref"].as_str()).collect();
    let all: Vec<_> = indexer::event_types().map(|event| format!("#/components/schemas/{}", event.name)).collect();
    assert_eq!(any, all);
    let of_socket = &document["components"]["schemas"]["eventSocket.event"]["properties"]["event"]["$ref"];
    assert_eq!(of_socket, "#/components/schemas/AnyEvent");
    for event in indexer::event_types() {
        let own = &document["components"]["schemas"][event.name]["allOf"][1]["properties"]["type"]["const"];
        assert_eq!(own.as_str(), Some(format!("waymark.{}", event.name).as_str()));
        let data = &document["components"]["schemas"][event.name]["allOf"][1]["properties"]["data"];
        assert!(data["properties"].as_object().is_some_and(|it| !it.is_empty()), "{}: {data}", event.name);
    }
}

#[test]
fn asyncapi_has_every_message_of_the_socket_and_every_notice() {
    let document = gateway::event::asyncapi::document();
    let names = |operation: &str| -> Vec<String> {
        let messages = document["operations"][operation]["messages"].as_array().expect("messages");
        let references = messages.iter().filter_map(|it| it["$ref"].as_str());
        references.filter_map(|it| it.rsplit('/').next()).map(str::to_owned).collect()
    };
    assert_eq!(names("listenOnEventSocket"), ["ack", "connection_init", "credit", "subscribe"]);
    assert_eq!(names("tellOnEventSocket"), ["connection_ack", "error", "event", "position", "subscribed"]);
    assert_eq!(names("listenOnQuerySocket"), ["connection_init"]);
    assert_eq!(names("tellOnQuerySocket"), ["connection_ack", "document", "problem"]);
    assert_eq!(names("sendQueryDocument"), ["document", "problem"]);
    for name in ["webhook.test", "webhook.disabled"] {
        let message = &document["channels"]["webhook"]["messages"][name];
        assert_eq!(message["name"], format!("waymark.{name}"));
        assert_eq!(message["payload"]["$ref"], format!("#/components/schemas/{name}"));
    }
}

#[test]
fn the_committed_graphql_schema_is_the_served_one() {
    assert!(
        committed("openapi/waymark.graphql").trim_end() == gateway::graphql::sdl().trim_end(),
        "run `waymark openapi`"
    );
}

#[test]
fn it_is_openapi_3_1_and_every_operation_has_an_id_and_problems() {
    let document: Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(ids.insert(id.to_owned()), "{id} twice");
            let default = &operation["responses"]["default"]["content"];
            assert!(default.get("application/problem+json").is_some(), "{method} {path}");
        }
    }
}

#[test]
fn the_committed_reference_is_made_from_the_tables() {
    assert!(committed("openapi/reference.md") == gateway::reference::markdown(), "run `waymark openapi`");
}

#[test]
fn codes_are_distinct_and_well_formed() {
    let mut seen = std::collections::BTreeSet::new();
    for code in gateway::slice::codes() {
        assert!(seen.insert(code.name), "{} twice", code.name);
        assert!(code.name.split_once('.').is_some_and(|(domain, what)| !domain.is_empty() && !what.is_empty()));
        assert!((400..600).contains(&code.status), "{}", code.name);
    }
}
