//! Validates one event against EPCIS 2.0 section 7 and CBV 2.0 section 7, and reports all problems. Invariant: no
//! accepted event exceeds a limit or lacks a field that its type and action require. Unbound prefixes pass only in an
//! open context. Checking takes time in proportion to the event, and ends when the list of problems is full.

mod field;
mod name;
mod part;
mod rule;
mod scalar;
mod sensor;

use crate::{
    context::{Context, Scope},
    event::{Event, EventType, type_of},
    hash::text_bytes,
    json::Node,
    limit::{EVENT_BYTES_MAX, HASH_TEXT_BYTES_PER_EVENT_MAX, URI_BYTES_MAX},
    problem::{Path, Problems, code, quote_value},
};

pub(crate) use scalar::is_uri;

/// The state of a validation: the bindings of names, and the list of problems.
struct Check<'c, 's, 'a> {
    scope: Scope<'s, 'a>,
    problems: &'c mut Problems,
}

/// Validates an event of a document whose context is `document`. Pushes at least one problem when the event is invalid.
/// Returns `None` when it is too large, not an object, or without a known type.
pub(crate) fn event<'a>(
    node: Node<'a>,
    document: &Context<'a>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<Event<'a>> {
    if node.raw.len() > EVENT_BYTES_MAX {
        let detail = format!("{} bytes; an event has at most {EVENT_BYTES_MAX}", node.raw.len());
        problems.push(path, code::EVENT_TOO_LARGE, detail);
        return None;
    }
    let Some(members) = node.as_object() else {
        problems.push(path, code::INVALID_TYPE, format!("an event is an object, not {}", node.kind()));
        return None;
    };
    let own = node.get("@context").map(|own| Context::read(own, Some(document), &path.name("@context"), problems));
    let scope = Scope::new(document, own.as_ref());
    let (kind, own_type) = read_type(&node, scope, path, problems)?;
    let mut check = Check { scope, problems: &mut *problems };
    for member in members {
        if check.problems.is_full() {
            return None;
        }
        field::check(&mut check, kind, &node, member, path);
    }
    rule::check(&mut check, kind, &node, path);
    let event = Event { root: node, kind, own_type, context: own };
    let scope = Scope::new(document, event.context.as_ref());
    if text_bytes(&event, scope) > HASH_TEXT_BYTES_PER_EVENT_MAX {
        let detail = format!("the event's hash text has more than {HASH_TEXT_BYTES_PER_EVENT_MAX} bytes");
        problems.push(path, code::EVENT_TOO_LARGE, detail);
    }
    Some(event)
}

fn read_type(
    node: &Node<'_>,
    scope: Scope<'_, '_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<(EventType, Option<String>)> {
    let type_path = path.name("type");
    let Some(name) = node.get("type") else {
        problems.push(&type_path, code::MISSING_FIELD, "an event states its type");
        return None;
    };
    if name.as_str().is_some_and(|name| name.len() > URI_BYTES_MAX) {
        problems.push(&type_path, code::URI_TOO_LONG, format!("a URI has at most {URI_BYTES_MAX} bytes"));
        return None;
    }
    let found = type_of(node, scope);
    if found.is_none() {
        let detail = format!("{} is none of the five event types, and not the URI of a user's own", quote_value(name));
        problems.push(&type_path, code::INVALID_EVENT_TYPE, detail);
    }
    found
}
