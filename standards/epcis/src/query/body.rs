//! Parses the query parameters from a JSON object: `{"query": {…}}`, with a name as in `POST /queries`, or the inner
//! object alone. Invariant: a body and a URL with the same values of parameters give the same query, but
//! for pointers.

use std::borrow::Cow;

use super::{EventQuery, names::Names, reader::Reader};
use crate::{
    context::{Context, Scope},
    document::read_json,
    json::{Node, Value},
    limit::{JSON_DEPTH_MAX, QUERY_BYTES_MAX},
    problem::{Path, Problem, Problems, code},
};

/// Members that describe the body and are not parameters.
const ABOUT_THE_BODY: [&str; 2] = [CONTEXT, "queryType"];

const CONTEXT: &str = "@context";

/// Parses a query body. A value is a string, a number or a list of these; that of `EXISTS_…` a boolean, a number or
/// null, as in the schema of the binding. `|` has no special meaning.
///
/// # Errors
/// All problems found. Pointers are those of [`super::parse_parameters`], below `/query` when the body has that member.
pub fn parse_body(bytes: &[u8]) -> Result<EventQuery, Vec<Problem>> {
    parse_body_with(&[], bytes)
}

/// As [`parse_body`], with prefixes and their namespaces for the names of users' fields and for values, in addition to
/// those of the body's `@context`.
///
/// # Errors
/// As [`parse_body`].
pub fn parse_body_with(namespaces: &[(&str, &str)], bytes: &[u8]) -> Result<EventQuery, Vec<Problem>> {
    let root = read(bytes)?;
    let Some(inner) = root.get("query") else { return parse_object(&root, namespaces, None) };
    let mut problems = Problems::default();
    let path = Path::Root.name(CONTEXT);
    let outer = root.get(CONTEXT).map(|node| Context::read(node, None, &path, &mut problems));
    let query = parse_object(inner, namespaces, outer.as_ref()).map(token_below_query).map_err(below_query);
    match (problems.into_result(()), query) {
        (Ok(()), query) => query,
        (Err(problems), query) => Err(problems.into_iter().chain(query.err().into_iter().flatten()).collect()),
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

/// Parses `{"name": …, "query": {…}}`. Only the `@context` of the query itself is kept, so no other one gives prefixes.
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
    let found = inner.map(|inner| parse_object(inner, &[], None).map_err(below_query)).transpose();
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

fn parse_object(
    node: &Node<'_>,
    namespaces: &[(&str, &str)],
    outer: Option<&Context<'_>>,
) -> Result<EventQuery, Vec<Problem>> {
    let mut problems = Problems::default();
    let Some(members) = node.as_object() else {
        problems.push(&Path::Root, code::INVALID_TYPE, format!("a query is an object, not {}", node.kind()));
        return problems.into_result(EventQuery::default());
    };
    let path = Path::Root.name(CONTEXT);
    let own = node.get(CONTEXT).map(|node| Context::read(node, outer, &path, &mut problems));
    let scope = match (outer, own.as_ref()) {
        (Some(outer), own) => Some(Scope::new(outer, own)),
        (None, own) => own.map(|own| Scope::new(own, None)),
    };
    let mut reader = Reader::new(Names { given: namespaces, scope });
    reader.problems = problems;
    for member in members {
        if reader.is_full() {
            break;
        }
        if ABOUT_THE_BODY.contains(&&*member.name) {
            continue;
        }
        if let Some(values) = values(&member.name, &member.node) {
            let values: Vec<&str> = values.iter().map(|value| &**value).collect();
            reader.read(&member.name, &values);
        } else {
            let detail = "a value is a string, a number or a list of these";
            reader.problems.push(&Path::Root.name(&member.name), code::INVALID_QUERY_VALUE, detail);
        }
    }
    reader.finish()
}

fn values<'n>(name: &str, node: &'n Node<'_>) -> Option<Vec<Cow<'n, str>>> {
    let is_existence = name.starts_with("EXISTS_");
    match node.value {
        Value::Bool if is_existence || name == "EQ_booleanValue" => return Some(vec![Cow::Borrowed(node.raw)]),
        // The standard gives such a parameter no value, and the schema of the binding null or a number.
        Value::Null | Value::Number if is_existence => return Some(vec![Cow::Borrowed("true")]),
        _ => {}
    }
    node.as_array().unwrap_or(std::slice::from_ref(node)).iter().map(scalar).collect()
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<Cow<'n, str>> {
    match &node.value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        // Different spellings of a number are the same value.
        Value::Number => standards_number::canonical(node.raw).ok().map(Cow::Owned),
        _ => None,
    }
}
