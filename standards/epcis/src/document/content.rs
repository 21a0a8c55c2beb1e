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
//! | numbers | their exact decimal value |
//! | order of members, white space, escapes | never |
//! | order of lists, and everything else | as sent |

use std::collections::BTreeSet;

use crate::{
    context::{Context, Scope},
    event::Event,
    json::{self, Member, Node, Value, push_string},
    limit::JSON_DEPTH_MAX,
};

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
    push_object(&mut out, &members, Some(scope), Some(id));
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
            push_value(out, &node, None);
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

/// Appends a value. Prefixes are written out when there is a scope.
pub(crate) fn push_value(out: &mut String, node: &Node<'_>, scope: Option<Scope<'_, '_>>) {
    match &node.value {
        Value::Null | Value::Bool => out.push_str(node.raw),
        // A number beyond the limits was never checked. Its text is then its content.
        Value::Number => match standards_number::canonical(node.raw) {
            Ok(number) => out.push_str(&number),
            Err(_) => push_string(out, node.raw),
        },
        Value::String(text) => match scope {
            Some(scope) => push_string(out, &scope.expand(text)),
            None => push_string(out, text),
        },
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_value(out, element, scope);
            }
            out.push(']');
        }
        Value::Object(members) => push_object(out, &members.iter().collect::<Vec<_>>(), scope, None),
    }
}

/// Appends an object with its names in code-point order, and one more member `(value, name)`.
fn push_object(out: &mut String, members: &[&Member<'_>], scope: Option<Scope<'_, '_>>, added: Option<(&str, &str)>) {
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
    if let Some((value, name)) = added {
        push_string(out, name);
        out.push(':');
        push_string(out, value);
    }
    for (index, (name, node)) in named.into_iter().enumerate() {
        if index > 0 || added.is_some() {
            out.push(',');
        }
        push_string(out, &name);
        out.push(':');
        push_value(out, node, scope);
    }
    out.push('}');
}
