//! Parses the query parameters from a JSON object: `{"query": {…}}` as in `POST /queries`, or the inner object alone.
//! Invariant: a body and a URL with the same values of parameters give the same query, but for pointers.

use std::borrow::Cow;

use super::{EventQuery, reader::Reader};
use crate::{
    document::read_json,
    json::{Node, Value},
    limit::{JSON_DEPTH_MAX, QUERY_BYTES_MAX},
    problem::{Path, Problem, code},
};

/// Members that describe the body and are not parameters.
const ABOUT_THE_BODY: [&str; 2] = ["@context", "queryType"];

/// Parses a query body. A value is a string, a number or a list of these. `|` has no special meaning.
///
/// # Errors
/// All problems found. Pointers are those of [`super::parse_parameters`], below `/query` when the body has that member.
pub fn parse_body(bytes: &[u8]) -> Result<EventQuery, Vec<Problem>> {
    if bytes.len() > QUERY_BYTES_MAX {
        let detail = format!("{} bytes; a query has at most {QUERY_BYTES_MAX}", bytes.len());
        return Err(vec![Problem { pointer: String::new(), code: code::QUERY_TOO_COMPLEX, detail }]);
    }
    let root = read_json(bytes, JSON_DEPTH_MAX)?;
    let inner = root.get("query");
    let mut result = parse_object(inner.unwrap_or(&root));
    if inner.is_some() {
        let put_below = |pointer: &mut String| pointer.insert_str(0, "/query");
        match &mut result {
            Ok(query) => query.next_page_token.iter_mut().for_each(|token| put_below(&mut token.pointer)),
            Err(problems) => problems.iter_mut().for_each(|problem| put_below(&mut problem.pointer)),
        }
    }
    result
}

fn parse_object(node: &Node<'_>) -> Result<EventQuery, Vec<Problem>> {
    let mut reader = Reader::default();
    let Some(members) = node.as_object() else {
        reader.problems.push(&Path::Root, code::INVALID_TYPE, format!("a query is an object, not {}", node.kind()));
        return reader.finish();
    };
    for member in members {
        if reader.is_full() {
            break;
        }
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
        // Different spellings of a number are the same value.
        Value::Number => standards_number::canonical(node.raw).ok().map(Cow::Owned),
        _ => None,
    }
}
