//! Checks that the committed documents of the API (OpenAPI, GraphQL schema, reference) match the code.

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
fn the_committed_graphql_schema_is_the_served_one() {
    assert!(
        committed("openapi/waymark.graphql").trim_end() == gateway::graphql::sdl().trim_end(),
        "run `waymark openapi`"
    );
}

#[test]
fn it_is_openapi_3_1_and_every_operation_has_an_id_and_problems() {
    let document: serde_json::Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
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
