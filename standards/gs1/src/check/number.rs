//! Texts of digits and single characters. Invariant: numbers are compared as text, so they may have any length.

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is a number of as many digits as `max`, and not above it.
pub(super) fn is_at_most(text: &str, max: &str) -> bool {
    text.len() == max.len() && is_digits(text) && text <= max
}

/// Whether `text` is one character of the importer index (GS1 General Specifications, on EU 2018/574).
pub(super) fn is_importer_index(text: &str) -> bool {
    matches!(text.as_bytes(), [byte] if byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_')
}
