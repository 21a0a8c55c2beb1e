//! Validates one event against EPCIS 2.0 section 7 and CBV 2.0 section 7, and reports all problems. Invariant: no
//! accepted event exceeds a limit or lacks a field that its type and action require. Unbound prefixes pass only in an
//! open context.

mod field;
mod name;
mod part;
mod rule;
mod scalar;
mod sensor;

use crate::{
    context::{Context, Scope},
    event::{Event, EventType},
    json::Node,
    limit::EVENT_BYTES_MAX,
    problem::{Path, Problems, code, quote},
};

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
    let event_type = read_type(&node, path, problems)?;
    let own = node.get("@context").map(|own| Context::read(own, &path.name("@context"), problems));
    let mut check = Check { scope: Scope { document, own: own.as_ref() }, problems };
    for member in members {
        field::check(&mut check, event_type, &node, member, path);
    }
    rule::check(&mut check, event_type, &node, path);
    Some(Event { root: node, kind: event_type, context: own })
}

fn read_type(node: &Node<'_>, path: &Path<'_>, problems: &mut Problems) -> Option<EventType> {
    let type_path = path.name("type");
    let Some(name) = node.get("type") else {
        problems.push(&type_path, code::MISSING_FIELD, "an event states its type");
        return None;
    };
    let event_type = name.as_str().and_then(EventType::from_name);
    if event_type.is_none() {
        let detail = format!("{} is none of the five event types", quote(name.raw));
        problems.push(&type_path, code::INVALID_EVENT_TYPE, detail);
    }
    event_type
}
