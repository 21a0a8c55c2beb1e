//! Recognises JSON that is no bundle, such as the error answer of a server. Invariant: an object with the member
//! `version` counts as a bundle. Step `shape` judges its other members.

use serde::Deserialize;
use serde_json::{Number, value::RawValue};
use std::{collections::BTreeMap, fmt::Write as _};

/// The most characters of a title that are shown.
const TITLE_CHARS_MAX: usize = 200;

/// The reason why a JSON text is no bundle. `None` for an object with the member `version`, and for text that is not
/// JSON.
pub(super) fn refusal(text: &str) -> Option<String> {
    // Only the outermost members are read, so the depth of the others does not matter.
    let members = match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        Ok(members) => members,
        Err(error) if error.is_data() => BTreeMap::new(),
        Err(_) => return None,
    };
    if members.contains_key("version") {
        return None;
    }
    let error = problem_title(&members).map(|title| format!(", but an error: {}", quote(&title))).unwrap_or_default();
    Some(format!("this is not an evidence bundle{error}"))
}

/// The title of a problem document (RFC 9457 section 3.1). `None` for any other object.
fn problem_title(members: &BTreeMap<String, &RawValue>) -> Option<String> {
    let _: String = read(members, "type")?;
    let _: Number = read(members, "status")?;
    read(members, "title")
}

fn read<'m, T: Deserialize<'m>>(members: &BTreeMap<String, &'m RawValue>, name: &str) -> Option<T> {
    members.get(name).and_then(|value| serde_json::from_str(value.get()).ok())
}

/// A text in quotation marks, without control characters.
fn quote(text: &str) -> String {
    let shown: String = text.chars().take(TITLE_CHARS_MAX).collect();
    let mut out = String::new();
    for character in serde_json::Value::from(shown).to_string().chars() {
        if character.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}
