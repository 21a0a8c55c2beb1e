//! Reads the members of an object of a context. Invariant: only a name and its namespace are read. Whatever else a
//! member holds is left to the readers of JSON-LD.

use std::borrow::Cow;

use crate::{
    json::{Member, Value},
    limit::URI_BYTES_MAX,
    problem::{Path, Problems, code, quote},
    text::is_iri_char,
};

/// A member of a context: a name, and its namespace as written. `None` unbinds the name.
pub(super) type Entry<'m, 'a> = (&'m Cow<'a, str>, Option<Cow<'a, str>>);

/// Reads a member of a context. Returns whether its name and namespace tell its whole meaning.
pub(super) fn read_entry<'m, 'a>(
    member: &'m Member<'a>,
    entries: &mut Vec<Entry<'m, 'a>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> bool {
    if member.name.starts_with('@') {
        return false;
    }
    let id = member.node.get("@id").map_or(&member.node.value, |id| &id.value);
    let (is_known, namespace) = match (&member.node.value, id) {
        (Value::String(text), _) => (!text.starts_with('@'), Some(text)),
        (_, Value::String(text)) => (false, Some(text)),
        (_, Value::Null) => (false, None),
        _ => return false,
    };
    if let Some(namespace) = namespace {
        let detail = if namespace.len() > URI_BYTES_MAX {
            format!("a namespace has at most {URI_BYTES_MAX} bytes")
        } else if !namespace.chars().all(is_iri_char) {
            format!("{} is no namespace: a character is not allowed in URIs", quote(namespace))
        } else {
            String::new()
        };
        if !detail.is_empty() {
            problems.push(&path.name(&member.name), code::INVALID_CONTEXT, detail);
        }
    }
    // A keyword (`@type`) is no namespace.
    if namespace.is_none_or(|text| !text.starts_with('@')) {
        entries.push((&member.name, namespace.cloned()));
    }
    is_known
}
