//! Reads and writes the stored record of one event: `{"@context":…,"event":…}`, both exactly as sent. Invariant: a
//! record that is written and read again gives the same context, event text and hash id. When the document's
//! `ignoreFields` names fields of the event, the record lists them: `"ignoreFields":[…]`.

use std::collections::BTreeSet;

use crate::{
    context::{Context, Scope},
    event::{Event, type_of},
    hash::text_bytes,
    json::{self, Node, Value, push_string},
    limit::{HASH_TEXT_BYTES_PER_EVENT_MAX, JSON_DEPTH_MAX},
    problem::{Path, Problems},
};

const HEAD: &str = "{\"@context\":";
const MIDDLE: &str = ",\"event\":";
const IGNORED: &str = ",\"ignoreFields\":[";
const TAIL: &str = "}";

/// Reasons why bytes are not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("the record is not UTF-8")]
    NotUtf8,
    /// Not JSON that this library accepts.
    #[error("the record is not JSON at byte {offset}")]
    NotJson {
        /// The byte offset at which parsing stopped.
        offset: usize,
    },
    /// The record has no usable `@context`.
    #[error("the record has no usable @context")]
    NoContext,
    /// The record has no event of a known type.
    #[error("the record has no event of a known type")]
    NoEvent,
    /// The record has no element of a vocabulary.
    #[error("the record has no element of a vocabulary")]
    NoElement,
    /// The event was never checked, and its hash text exceeds [`HASH_TEXT_BYTES_PER_EVENT_MAX`].
    #[error("the hash text of the record's event has more than {HASH_TEXT_BYTES_PER_EVENT_MAX} bytes")]
    TooLarge,
}

/// One stored event.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// The context of the event's document.
    pub context: Context<'a>,
    pub event: Event<'a>,
}

/// Writes the record of one event, from [`Context::raw`] and [`Event::raw`].
pub fn record_document(context_raw: &str, event_raw: &str) -> Vec<u8> {
    let length = HEAD.len() + context_raw.len() + MIDDLE.len() + event_raw.len() + TAIL.len();
    let mut bytes = Vec::with_capacity(length);
    for part in [HEAD, context_raw, MIDDLE, event_raw, TAIL] {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// Writes the record of an event of a document.
pub fn record_of(event: &Event<'_>, context: &Context<'_>) -> Vec<u8> {
    let mut bytes = record_document(context.raw(), event.raw());
    let mut ignored = BTreeSet::new();
    if context.ignored_fields().next().is_some() {
        collect_names(&event.root, &mut |name| {
            if context.ignores(name) {
                ignored.insert(name.to_owned());
            }
        });
    }
    if !ignored.is_empty() {
        let mut list = String::new();
        for name in ignored {
            list.push_str(if list.is_empty() { IGNORED } else { "," });
            push_string(&mut list, &name);
        }
        list.push(']');
        list.push_str(TAIL);
        bytes.truncate(bytes.len() - TAIL.len());
        bytes.extend_from_slice(list.as_bytes());
    }
    bytes
}

fn collect_names(node: &Node<'_>, found: &mut impl FnMut(&str)) {
    match &node.value {
        Value::Array(elements) => elements.iter().for_each(|element| collect_names(element, found)),
        Value::Object(members) => {
            for member in members {
                found(&member.name);
                collect_names(&member.node, found);
            }
        }
        _ => {}
    }
}

/// Reads a record without validating the event again.
///
/// # Errors
/// [`RecordError`] when the bytes were not written by [`record_of`], or are those of an event that was never checked
/// and exceeds a limit.
pub fn read_record(bytes: &[u8]) -> Result<Record<'_>, RecordError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RecordError::NotUtf8)?;
    // One level more than a document: a bare event may nest to the limit, and the record wraps it.
    let mut root = json::parse_unchecked(text, JSON_DEPTH_MAX + 1)
        .map_err(|error| RecordError::NotJson { offset: error.offset })?;
    // Rules may have been different when the record was made, so only a context of the wrong kind is a fault.
    let mut problems = Problems::default();
    let context = root.take("@context").ok_or(RecordError::NoContext)?;
    if !matches!(context.value, Value::String(_) | Value::Array(_) | Value::Object(_)) {
        return Err(RecordError::NoContext);
    }
    let mut context = Context::read(&context, None, &Path::Root, &mut problems);
    context.ignore_fields(root.get_array("ignoreFields"));
    let root = root.take("event").ok_or(RecordError::NoEvent)?;
    let own = root.get("@context").map(|own| Context::read(own, Some(&context), &Path::Root, &mut problems));
    let scope = Scope::new(&context, own.as_ref());
    let (kind, own_type) = type_of(&root, scope).ok_or(RecordError::NoEvent)?;
    let event = Event { root, kind, own_type, context: own };
    let scope = Scope::new(&context, event.context.as_ref());
    if text_bytes(&event, scope) > HASH_TEXT_BYTES_PER_EVENT_MAX {
        return Err(RecordError::TooLarge);
    }
    Ok(Record { context, event })
}
