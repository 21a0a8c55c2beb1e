//! The content of an event: what two captures must agree in to be the same record. Invariant: the text is a function of
//! the event's meaning as it was sent. What an answer adds or replaces does not change it, so an event that is
//! captured, queried and captured again is one record.
//!
//! | part of the event | in the content |
//! | --- | --- |
//! | `eventID` | always: as sent, or the hash id |
//! | `recordTime`, `@context`, the document around the event | never |
//! | names and strings | with prefixes written out, by the contexts that apply |
//! | elements of a context that bind more than namespaces, foreign addresses | as sent |
//! | numbers | their exact decimal value, as a text |
//! | `true` and `false` | as a text |
//! | a list of one value | as the value |
//! | an empty list | never |
//! | an empty object | as an empty text |
//! | order of members, white space, escapes | never |
//! | order of lists, and everything else | as sent |
//!
//! XML has no brackets and no types, so an event and its twin in XML have one content. The event hash knows no such
//! differences either (CBV 2.0 section 8.9).

use crate::{
    context::{Context, Scope},
    event::Event,
    json::{self, Member, Node, Value, push_string},
    limit::JSON_DEPTH_MAX,
};
use std::{borrow::Cow, collections::BTreeSet};

/// The canonical text of an event's content, a JSON object. `context` is that of the event's document, and `event_id`
/// the event's id: as sent, or its hash id.
pub fn content(event: &Event<'_>, context: &Context<'_>, event_id: &str) -> String {
    let scope = Scope::new(context, event.context.as_ref());
    let mut out = String::with_capacity(event.raw().len() + 128);
    out.push_str("{\"context\":");
    push_opaque(&mut out, opaque_elements(event, context).into_iter());
    out.push_str(",\"event\":");
    let id = (event_id, "eventID");
    let members = event.root.as_object().unwrap_or_default();
    let members: Vec<_> =
        members.iter().filter(|member| !matches!(&*member.name, "@context" | "recordTime" | "eventID")).collect();
    push_members(&mut out, &members, Some(scope), Some(id));
    out.push('}');
    out
}

/// Appends a list of elements of contexts.
pub(crate) fn push_opaque<'e>(out: &mut String, elements: impl Iterator<Item = &'e str>) {
    out.push('[');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            out.push(',');
        }
        if let Ok(node) = json::parse_unchecked(element, JSON_DEPTH_MAX) {
            push_exact(out, &node);
        }
    }
    out.push(']');
}

/// The elements of the contexts that bind more than namespaces, in order. Of equal ones the last stays, which decides:
/// a bare event's context is that of its document and its own.
fn opaque_elements<'e>(event: &'e Event<'_>, context: &'e Context<'_>) -> Vec<&'e str> {
    let own = event.context.iter().flat_map(Context::opaque);
    let elements: Vec<&str> = context.opaque().iter().chain(own).copied().collect();
    let mut seen = BTreeSet::new();
    let mut kept: Vec<&str> = elements.into_iter().rev().filter(|element| seen.insert(*element)).collect();
    kept.reverse();
    kept
}

/// Appends a value as it was sent, but for white space, the order of members and the spelling of numbers.
fn push_exact(out: &mut String, node: &Node<'_>) {
    match &node.value {
        Value::Null | Value::Bool => out.push_str(node.raw),
        Value::Number => out.push_str(&number(node)),
        Value::String(text) => push_string(out, text),
        Value::Array(elements) => push_list(out, elements.iter(), push_exact),
        Value::Object(members) => push_members(out, &members.iter().collect::<Vec<_>>(), None, None),
    }
}

/// Appends a value in the one form that it has in JSON and in XML.
pub(crate) fn push_value(out: &mut String, node: &Node<'_>, scope: Scope<'_, '_>) {
    match &node.value {
        Value::Null => out.push_str(node.raw),
        Value::Bool => push_string(out, node.raw),
        Value::Number => push_string(out, &number(node)),
        Value::String(text) => push_string(out, &scope.expand(text)),
        Value::Array(elements) => {
            let mut kept = elements.iter().filter(|element| !is_nothing(element));
            match (kept.next(), kept.next()) {
                (None, _) => push_string(out, ""),
                (Some(only), None) => push_value(out, only, scope),
                _ => {
                    let kept = elements.iter().filter(|element| !is_nothing(element));
                    push_list(out, kept, |out, element| push_value(out, element, scope));
                }
            }
        }
        Value::Object(members) if members.iter().all(|member| is_nothing(&member.node)) => push_string(out, ""),
        Value::Object(members) => push_members(out, &members.iter().collect::<Vec<_>>(), Some(scope), None),
    }
}

/// Whether XML has no element for a value.
fn is_nothing(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Array(elements) if elements.iter().all(is_nothing))
}

/// The one text of a number. A number beyond the limits was never checked: its text is then its content.
fn number<'n>(node: &Node<'n>) -> Cow<'n, str> {
    standards_number::canonical(node.raw).map_or(Cow::Borrowed(node.raw), Cow::Owned)
}

fn push_list<'n, 'a: 'n>(
    out: &mut String,
    elements: impl Iterator<Item = &'n Node<'a>>,
    push: impl Fn(&mut String, &Node<'a>),
) {
    out.push('[');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            out.push(',');
        }
        push(out, element);
    }
    out.push(']');
}

/// Appends an object with its names in code-point order, and one more member `(value, name)`. With a scope, prefixes
/// are written out, and values have the form of [`push_value`].
fn push_members(out: &mut String, members: &[&Member<'_>], scope: Option<Scope<'_, '_>>, added: Option<(&str, &str)>) {
    let sorted = |scope: Option<Scope<'_, '_>>| {
        let mut sorted: Vec<(String, &Node<'_>)> = members
            .iter()
            .map(|member| {
                let name = scope.map_or_else(|| member.name.clone(), |scope| scope.expand_name(&member.name));
                (name.into_owned(), &member.node)
            })
            .collect();
        sorted.sort_by(|(left, _), (right, _)| left.cmp(right));
        sorted
    };
    let mut named = sorted(scope);
    if named.array_windows().any(|[(left, _), (right, _)]| left == right) {
        // Two names of one IRI stay two names.
        named = sorted(None);
    }
    out.push('{');
    let mut is_first = true;
    let mut push_name = |out: &mut String, name: &str| {
        if !std::mem::take(&mut is_first) {
            out.push(',');
        }
        push_string(out, name);
        out.push(':');
    };
    if let Some((value, name)) = added {
        push_name(out, name);
        push_string(out, value);
    }
    for (name, node) in named {
        match scope {
            Some(_) if is_nothing(node) => {}
            Some(scope) => {
                push_name(out, &name);
                push_value(out, node, scope);
            }
            None => {
                push_name(out, &name);
                push_exact(out, node);
            }
        }
    }
    out.push('}');
}
