//! Reads and writes the stored record of one element: `{"@context":…,"vocabulary":…,"element":…}`, all exactly as sent.
//! Invariant: a record that is written and read again gives the same vocabulary, id and text.

use super::Element;
use crate::{
    context::{Context, Scope},
    document::RecordError,
    json::{self, Value},
    limit::JSON_DEPTH_MAX,
    problem::{Path, Problems},
};

/// One stored element.
#[derive(Debug, Clone)]
pub struct ElementRecord<'a> {
    /// The context of the element's document.
    pub context: Context<'a>,
    pub element: Element<'a>,
}

/// Writes the record of an element of a document with this context.
pub fn record_of(element: &Element<'_>, context: &Context<'_>) -> Vec<u8> {
    let parts = [
        "{\"@context\":",
        context.raw(),
        ",\"vocabulary\":",
        element.vocabulary_raw,
        ",\"element\":",
        element.raw(),
        "}",
    ];
    parts.concat().into_bytes()
}

/// Reads a record without checking the element again.
///
/// # Errors
/// [`RecordError`] when the bytes were not written by [`record_of`].
pub fn read_record(bytes: &[u8]) -> Result<ElementRecord<'_>, RecordError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RecordError::NotUtf8)?;
    let mut root = json::parse_unchecked(text, JSON_DEPTH_MAX + 1)
        .map_err(|error| RecordError::NotJson { offset: error.offset })?;
    let context = root.take("@context").ok_or(RecordError::NoContext)?;
    if !matches!(context.value, Value::String(_) | Value::Array(_) | Value::Object(_)) {
        return Err(RecordError::NoContext);
    }
    // Rules may have been different when the record was made, so only a context of the wrong kind is a fault.
    let context = Context::read(&context, None, &Path::Root, &mut Problems::default());
    let vocabulary = root.take("vocabulary").ok_or(RecordError::NoElement)?;
    let node = root.take("element").ok_or(RecordError::NoElement)?;
    let name = vocabulary.as_str().ok_or(RecordError::NoElement)?;
    let element = Element::of(name, vocabulary.raw, node, Scope::new(&context, None));
    Ok(ElementRecord { element: element.ok_or(RecordError::NoElement)?, context })
}
