//! Percent-encoding of values (URI Syntax 1.7, section 4.2; RFC 3986 section 2). Invariant: what is encoded here
//! decodes to the same text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::problem::{Problem, code};

/// All characters but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The part of a URI that a text is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    /// Where `+` stands for a space.
    Query,
}

/// Appends a value, with all but letters, digits and `-._~` encoded.
pub(super) fn push_encoded(out: &mut String, value: &str) {
    out.extend(utf8_percent_encode(value, RESERVED));
}

/// Decodes a text.
///
/// # Errors
/// [`code::INVALID_URI`] for a percent sign without two hexadecimal digits, and [`code::INVALID_CHARACTER`] for octets
/// that are not UTF-8.
pub(super) fn decode(text: &str, part: Part) -> Result<String, Problem> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        octets.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|(_, byte)| char::from(byte).to_digit(16));
                let octet = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                octet.ok_or_else(|| {
                    Problem::new(at, code::INVALID_URI, "two hexadecimal digits must follow a percent sign")
                })?
            }
            b'+' if part == Part::Query => b' ',
            other => other,
        });
    }
    String::from_utf8(octets).map_err(|error| {
        let at = place(text, error.utf8_error().valid_up_to());
        Problem::new(at, code::INVALID_CHARACTER, "the encoded octets are not UTF-8")
    })
}

/// The place in `text` of an octet of the decoded text.
pub(super) fn place(text: &str, decoded: usize) -> usize {
    let mut at = 0;
    for _ in 0..decoded {
        match text.as_bytes().get(at) {
            Some(b'%') => at += 3,
            Some(_) => at += 1,
            None => break,
        }
    }
    at.min(text.len())
}
