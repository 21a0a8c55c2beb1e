//! Reads and writes the stored record of one event: `{"@context":…,"event":…}`, both exactly as sent. Invariant: a
//! record that is written and read again gives the same context and event text.

use crate::{
    context::Context,
    event::{Event, EventType},
    json,
    limit::JSON_DEPTH_MAX,
    problem::{Path, Problems},
};

const HEAD: &str = "{\"@context\":";
const MIDDLE: &str = ",\"event\":";
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

/// Reads a record without validating the event again.
///
/// # Errors
/// [`RecordError`] when the bytes were not written by [`record_document`].
pub fn read_record(bytes: &[u8]) -> Result<Record<'_>, RecordError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RecordError::NotUtf8)?;
    // One level more than a document: a bare event may nest to the limit, and the record wraps it.
    let root = json::parse(text, JSON_DEPTH_MAX + 1).map_err(|error| RecordError::NotJson { offset: error.offset })?;
    let mut problems = Problems::default();
    let context = root.get("@context").ok_or(RecordError::NoContext)?;
    let context = Context::read(context, &Path::Root, &mut problems);
    let root = root.get("event").ok_or(RecordError::NoEvent)?.clone();
    let event_type = root.get_str("type").and_then(EventType::from_name).ok_or(RecordError::NoEvent)?;
    let own = root.get("@context").map(|own| Context::read(own, &Path::Root, &mut problems));
    problems
        .into_result(Record { context, event: Event { root, kind: event_type, context: own } })
        .map_err(|_| RecordError::NoContext)
}
