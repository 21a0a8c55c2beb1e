//! Checks single values: URIs, times, words, numbers. Invariant: each check pushes at most one problem, at the path
//! that the caller gave.

use super::Check;
use crate::{
    event::Action,
    json::{Node, Value},
    limit::URI_BYTES_MAX,
    problem::{Path, code, quote, quote_value},
    text::is_iri_char,
    timestamp::{Timestamp, is_zone_offset},
    vocabulary::Vocabulary,
};

pub(super) fn uri(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(text) = string(check, node, path) else { return };
    if is_too_long(check, text, path) {
        return;
    }
    if !is_uri(text) {
        check.problems.push(path, code::INVALID_URI, format!("{} is not a URI", quote(text)));
    }
}

pub(super) fn event_time(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    time_or(check, node, path, code::INVALID_EVENT_TIME);
}

pub(super) fn time(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    time_or(check, node, path, code::INVALID_TIME);
}

fn time_or(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>, code: &'static str) {
    if node.as_str().and_then(Timestamp::parse).is_none() {
        let detail = format!("{} is not a date and time with a zone, as 2026-07-22T06:45:00+02:00", quote_value(node));
        check.problems.push(path, code, detail);
    }
}

pub(super) fn zone_offset(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    if !node.as_str().is_some_and(is_zone_offset) {
        let detail = format!("{} is not a zone offset, as +02:00", quote_value(node));
        check.problems.push(path, code::INVALID_TIME_ZONE_OFFSET, detail);
    }
}

pub(super) fn action(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    if node.as_str().and_then(Action::from_name).is_none() {
        let detail = format!("{} is none of ADD, OBSERVE, DELETE", quote_value(node));
        check.problems.push(path, code::INVALID_ACTION, detail);
    }
}

pub(super) fn word(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>, vocabulary: &Vocabulary) {
    let Some(text) = string(check, node, path) else { return };
    if vocabulary.contains(text) || is_too_long(check, text, path) || is_uri(text) {
        return;
    }
    let detail = if text.contains(':') {
        format!("{} is not a URI", quote(text))
    } else {
        format!("{} is no {} of CBV 2.0; a user's own is a URI", quote(text), vocabulary.name)
    };
    check.problems.push(path, code::UNKNOWN_VOCABULARY_WORD, detail);
}

pub(super) fn number(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    if !matches!(node.value, Value::Number) {
        check.problems.push(path, code::INVALID_TYPE, format!("a number is required, not {}", node.kind()));
    }
}

pub(super) fn boolean(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    if !matches!(node.value, Value::Bool) {
        check.problems.push(path, code::INVALID_TYPE, format!("a boolean is required, not {}", node.kind()));
    }
}

pub(super) fn text(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    string(check, node, path);
}

pub(super) fn hex(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(text) = string(check, node, path) else { return };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        check.problems.push(path, code::INVALID_HEX, format!("{} is not hexadecimal", quote(text)));
    }
}

/// Checks that a text has the form of a UN/ECE Recommendation 20 code: two or three capitals or digits.
pub(super) fn unit(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(text) = string(check, node, path) else { return };
    let is_code = matches!(text.len(), 2 | 3) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !is_code {
        check.problems.push(path, code::INVALID_UNIT, format!("{} is not a unit code, as KGM", quote(text)));
    }
}

fn is_too_long(check: &mut Check<'_, '_, '_>, text: &str, path: &Path<'_>) -> bool {
    let is_too_long = text.len() > URI_BYTES_MAX;
    if is_too_long {
        let detail = format!("{} bytes; a URI has at most {URI_BYTES_MAX}", text.len());
        check.problems.push(path, code::URI_TOO_LONG, detail);
    }
    is_too_long
}

pub(super) fn string<'n>(check: &mut Check<'_, '_, '_>, node: &'n Node<'_>, path: &Path<'_>) -> Option<&'n str> {
    let text = node.as_str();
    if text.is_none() {
        check.problems.push(path, code::INVALID_TYPE, format!("a string is required, not {}", node.kind()));
    }
    text
}

/// Whether the text has a scheme, a colon and a rest without the characters that RFC 3986 and RFC 3987 exclude.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
        && !rest.is_empty()
        && rest.chars().all(is_iri_char)
}

#[cfg(test)]
mod tests {
    use super::is_uri;

    #[test]
    fn uris() {
        for text in ["urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/0", "geo:50.9,6.9", "ext1:a"] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "",
            "word",
            ":a",
            "a:",
            "1a:b",
            "a b:c",
            "a:b c",
            "a:b\u{7f}",
            "a:<b>",
            "a:\u{85}",
            "a:\u{2028}",
            "a:\u{fffe}",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
