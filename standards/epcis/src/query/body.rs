//! The same parameters as a JSON object: `{"query": {…}}` as `POST /queries` has it, or the object itself.
//!
//! Invariant kept: a body and the URL that say the same give the same query.

use std::borrow::Cow;

use super::{EventQuery, parameter::Reader};
use crate::{
    document::read_json,
    json::{Node, Value},
    limit::JSON_DEPTH_MAX,
    problem::{Path, Problem, code},
};

/// Members that speak about the body and not about events.
const ABOUT_THE_BODY: [&str; 2] = ["@context", "queryType"];

/// Reads a query body. A value is a string, a number or a list of these; `|` has no meaning here.
///
/// # Errors
/// Every problem found; pointers are those of [`super::parse_parameters`], below `/query` when the body has one.
pub fn parse_body(bytes: &[u8]) -> Result<EventQuery, Vec<Problem>> {
    let root = read_json(bytes, JSON_DEPTH_MAX)?;
    let inner = root.get("query");
    let result = parse_object(inner.unwrap_or(&root));
    if inner.is_none() {
        return result;
    }
    result.map_err(|mut problems| {
        for problem in &mut problems {
            problem.pointer.insert_str(0, "/query");
        }
        problems
    })
}

fn parse_object(node: &Node<'_>) -> Result<EventQuery, Vec<Problem>> {
    let mut reader = Reader::default();
    let Some(members) = node.as_object() else {
        reader.problems.push(&Path::Root, code::INVALID_TYPE, format!("a query is an object, not {}", node.kind()));
        return reader.finish();
    };
    for member in members {
        if ABOUT_THE_BODY.contains(&&*member.name) {
            continue;
        }
        let single = std::slice::from_ref(&member.node);
        let elements = member.node.as_array().unwrap_or(single);
        let values: Option<Vec<Cow<'_, str>>> = elements.iter().map(scalar).collect();
        if let Some(values) = values {
            let values: Vec<&str> = values.iter().map(|value| &**value).collect();
            reader.read(&member.name, &values);
        } else {
            let detail = "a value is a string, a number or a list of these";
            reader.problems.push(&Path::Root.name(&member.name), code::INVALID_QUERY_VALUE, detail);
        }
    }
    reader.finish()
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<Cow<'n, str>> {
    match &node.value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        // Spellings of one number are one value.
        Value::Number => standards_number::canonical(node.raw).ok().map(Cow::Owned),
        _ => None,
    }
}
