//! Narrows parameters and members of requests in the OpenAPI document to what the code accepts. Invariant: each bound
//! is the constant that the code checks, so the two cannot differ.

use serde_json::Value;
use utoipa::openapi::{
    OpenApi, RefOr, Schema,
    path::{Operation, Parameter, ParameterIn},
};

/// Texts without control characters.
pub const TEXT_PATTERN: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// A bound of a value in requests.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The place of the value.
    pub at: At,
    /// The keywords of JSON Schema that are set in its schema; those that are null are removed from it.
    pub schema: Value,
}

/// A place in requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The parameters with this name.
    Parameter(&'static str),
    /// A member of a schema.
    Member(&'static str, &'static str),
}

impl Narrowing {
    /// The bound of all parameters with a name.
    pub const fn parameter(name: &'static str, schema: Value) -> Self {
        Self { at: At::Parameter(name), schema }
    }

    /// The bound of a member of a schema.
    pub const fn member(schema: &'static str, member: &'static str, bound: Value) -> Self {
        Self { at: At::Member(schema, member), schema: bound }
    }
}

/// Sets the bounds of the whole document.
pub(super) fn narrow(document: &mut OpenApi, narrowings: &[Narrowing]) {
    for Narrowing { at, schema } in narrowings {
        let mut targets: Vec<&mut RefOr<Schema>> = match at {
            At::Parameter(name) => {
                let operations = document.paths.paths.values_mut().flat_map(crate::auth::declared::operations);
                let parameters = operations.flat_map(parameters);
                parameters.filter(|parameter| parameter.name == *name).filter_map(|it| it.schema.as_mut()).collect()
            }
            At::Member(of, member) => {
                let schemas = document.components.as_mut().map(|components| &mut components.schemas);
                match schemas.and_then(|schemas| schemas.get_mut(*of)) {
                    Some(RefOr::T(Schema::Object(object))) => object.properties.get_mut(*member).into_iter().collect(),
                    _ => Vec::new(),
                }
            }
        };
        for target in &mut targets {
            set(target, schema);
        }
    }
}

/// A header is absent or has a text; it is never null.
pub(super) fn forbid_null_headers(operation: &mut Operation) {
    for parameter in parameters(operation) {
        if let (ParameterIn::Header, Some(schema)) = (&parameter.parameter_in, parameter.schema.as_mut()) {
            set(schema, &serde_json::json!({ "type": "string" }));
        }
    }
}

/// Adds to each text of a path or query that it holds no control characters. `crate::entrance` refuses them on every
/// route.
pub(super) fn forbid_control_characters(operation: &mut Operation) {
    for parameter in parameters(operation) {
        let is_text = |schema: &Value| {
            let is_string = schema["type"] == "string" || schema["type"] == serde_json::json!(["string", "null"]);
            is_string && ["enum", "format", "pattern"].iter().all(|keyword| schema.get(keyword).is_none())
        };
        if let (ParameterIn::Path | ParameterIn::Query, Some(schema)) = (&parameter.parameter_in, &mut parameter.schema)
            && serde_json::to_value(&*schema).is_ok_and(|value| is_text(&value))
        {
            set(schema, &serde_json::json!({ "pattern": TEXT_PATTERN }));
        }
    }
}

/// The parameters of an operation. None is a reference.
fn parameters(operation: &mut Operation) -> impl Iterator<Item = &mut Parameter> {
    operation.parameters.iter_mut().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn set(schema: &mut RefOr<Schema>, keywords: &Value) {
    let Ok(mut value) = serde_json::to_value(&*schema) else { return };
    if let (Some(members), Some(keywords)) = (value.as_object_mut(), keywords.as_object()) {
        members.extend(keywords.clone());
        members.retain(|_, keyword| !keyword.is_null());
    }
    if let Ok(changed) = serde_json::from_value(value) {
        *schema = changed;
    }
}

#[cfg(test)]
mod tests {
    use super::{At, Narrowing};
    use crate::slice;
    use serde_json::Value;

    #[test]
    fn no_text_of_a_path_or_query_is_without_bounds() {
        let document = serde_json::to_value(crate::openapi::document()).expect("JSON");
        let items = document["paths"].as_object().expect("paths").values();
        let operations = items.flat_map(|item| item.as_object().expect("operations").values());
        let parameters = operations.flat_map(|operation| operation["parameters"].as_array().into_iter().flatten());
        let mut bounded = 0;
        for parameter in parameters.filter(|parameter| parameter["in"] == "path" || parameter["in"] == "query") {
            let schema = &parameter["schema"];
            if schema["type"].to_string().contains("string") {
                let is_bounded = ["enum", "format", "pattern"].iter().any(|keyword| !schema[keyword].is_null());
                assert!(is_bounded, "{parameter}");
                bounded += 1;
            }
        }
        assert!(bounded > 50, "{bounded}");
    }

    #[test]
    fn every_bound_is_in_the_document() {
        let document = serde_json::to_value(crate::openapi::document()).expect("JSON");
        let items = document["paths"].as_object().expect("paths").values();
        let operations = items.flat_map(|item| item.as_object().expect("operations").values());
        let parameters = operations.flat_map(|operation| operation["parameters"].as_array().into_iter().flatten());
        let parameters: Vec<&Value> = parameters.collect();
        for Narrowing { at, schema } in crate::openapi::narrowings() {
            let places: Vec<&Value> = match at {
                At::Parameter(name) => {
                    let named = parameters.iter().filter(|parameter| parameter["name"] == name);
                    named.map(|parameter| &parameter["schema"]).collect()
                }
                At::Member(of, member) => vec![&document["components"]["schemas"][of]["properties"][member]],
            };
            assert!(!places.is_empty(), "{at:?} has no place");
            for place in places {
                for (keyword, bound) in schema.as_object().expect("keywords") {
                    assert_eq!(&place[keyword], bound, "{keyword} of {at:?}");
                }
            }
        }
        assert!(slice::narrowings().len() > 10);
    }

    #[test]
    fn no_header_is_null_and_each_is_bounded() {
        let document = serde_json::to_value(crate::openapi::document()).expect("JSON");
        let mut checked = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    if parameter["in"] == "header" {
                        assert_eq!(parameter["schema"]["type"], "string", "{method} {path}: {parameter}");
                        checked += 1;
                    }
                }
            }
        }
        assert!(checked > 5);
    }
}
