//! Parses the query parameters from a JSON object: `{"query": {…}}`, with a name as in `POST /queries`, or the inner
//! object alone. Invariant: a body and a URL with the same values of parameters give the same query, but
//! for pointers.

use std::borrow::Cow;

use super::{EventQuery, reader::Reader};
use crate::{
    document::read_json,
    json::{Node, Value},
    limit::{JSON_DEPTH_MAX, QUERY_BYTES_MAX},
    problem::{Path, Problem, Problems, code},
};

/// Members that describe the body and are not parameters.
const ABOUT_THE_BODY: [&str; 2] = ["@context", "queryType"];

/// Parses a query body. A value is a string, a number or a list of these. `|` has no special meaning.
///
/// # Errors
/// All problems found. Pointers are those of [`super::parse_parameters`], below `/query` when the body has that member.
pub fn parse_body(bytes: &[u8]) -> Result<EventQuery, Vec<Problem>> {
    let root = read(bytes)?;
    match root.get("query") {
        None => parse_object(&root),
        Some(inner) => parse_object(inner).map(token_below_query).map_err(below_query),
    }
}

/// A query with a name (EPCIS 2.0 REST binding, `POST /queries`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuery {
    /// As sent.
    pub name: String,
    /// The JSON object of the query, exactly as sent: [`parse_body`] reads it.
    pub text: String,
    /// What it asks for. Without a `nextPageToken`.
    pub query: EventQuery,
}

/// Parses `{"name": …, "query": {…}}`.
///
/// # Errors
/// All problems found: of the query with pointers below `/query`, of the other members with their names.
pub fn parse_named(bytes: &[u8]) -> Result<NamedQuery, Vec<Problem>> {
    let root = read(bytes)?;
    let mut problems = Problems::default();
    if root.as_object().is_none() {
        problems.push(&Path::Root, code::INVALID_TYPE, format!("a named query is an object, not {}", root.kind()));
        return Err(problems.into_vec());
    }
    for member in
        root.as_object().into_iter().flatten().filter(|member| !matches!(&*member.name, "@context" | "name" | "query"))
    {
        let detail = "a named query has the members \"name\" and \"query\"";
        problems.push(&Path::Root.name(&member.name), code::UNKNOWN_QUERY_PARAMETER, detail);
    }
    let name = root.get_str("name");
    if name.is_none() {
        problems.push(&Path::Root.name("name"), code::INVALID_QUERY_VALUE, "a named query has a name, which is a text");
    }
    let inner = root.get("query");
    if inner.is_none() {
        problems.push(&Path::Root.name("query"), code::INVALID_QUERY_VALUE, "a named query has a query");
    }
    let found = inner.map(|inner| parse_object(inner).map_err(below_query)).transpose();
    if matches!(&found, Ok(Some(query)) if query.next_page_token.is_some()) {
        let detail = "a token belongs to the request for one page";
        problems.push(&Path::Root.name("query").name("nextPageToken"), code::INVALID_QUERY_VALUE, detail);
    }
    let stated = problems.into_result(());
    match (name, inner, found, stated) {
        (Some(name), Some(inner), Ok(Some(query)), Ok(())) => {
            Ok(NamedQuery { name: name.to_owned(), text: inner.raw.to_owned(), query })
        }
        (_, _, found, stated) => Err([stated.err(), found.err()].into_iter().flatten().flatten().collect()),
    }
}

fn read(bytes: &[u8]) -> Result<Node<'_>, Vec<Problem>> {
    if bytes.len() > QUERY_BYTES_MAX {
        let detail = format!("{} bytes; a query has at most {QUERY_BYTES_MAX}", bytes.len());
        return Err(vec![Problem { pointer: String::new(), code: code::QUERY_TOO_COMPLEX, detail }]);
    }
    read_json(bytes, JSON_DEPTH_MAX)
}

fn token_below_query(mut query: EventQuery) -> EventQuery {
    query.next_page_token.iter_mut().for_each(|token| token.pointer.insert_str(0, "/query"));
    query
}

fn below_query(mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in &mut problems {
        problem.pointer.insert_str(0, "/query");
    }
    problems
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
        // The value of an `EXISTS_…` parameter is a boolean.
        let is_boolean = matches!(member.node.value, Value::Bool) && member.name.starts_with("EXISTS_");
        let boolean = || Some(vec![Cow::Borrowed(member.node.raw)]);
        let values = if is_boolean { boolean() } else { elements.iter().map(scalar).collect() };
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
