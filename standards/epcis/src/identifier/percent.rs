//! Percent-encoding in identifiers. Invariant: every spelling of a value gives one text, which is a fixed point.
//!
//! An unreserved character is the same encoded and not, and so are the digits of an octet in capitals and not (RFC 3986
//! sections 6.2.2.1 and 6.2.2.2). In the value of a GS1 key all characters are, because the value is what the octets
//! stand for (GS1 Digital Link URI Syntax 1.2 section 4; EPC Tag Data Standard 2.0 section 6.3.1).

use std::borrow::Cow;

/// A text with unreserved characters unencoded, and the digits of other octets in capitals. A text with an invalid
/// encoding is unchanged.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let Some((head, rest)) = text.split_once('%') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(head);
    for part in rest.split('%') {
        let Some(octet) = octet(part.as_bytes()) else { return Cow::Borrowed(text) };
        if is_unreserved(octet) {
            out.push(char::from(octet));
        } else {
            push_octet(&mut out, octet);
        }
        out.push_str(&part[2..]);
    }
    Cow::Owned(out)
}

/// The number of characters of a serial, lot or reference in the form of [`normal`]; an encoded octet counts as one.
/// `None` when an encoding is invalid, or a character is outside the GS1 character set of `allowed`.
pub(super) fn count_letters(text: &str, allowed: fn(u8) -> bool) -> Option<usize> {
    let mut bytes = text.as_bytes();
    let mut count = 0;
    while let [first, rest @ ..] = bytes {
        if *first == b'%' {
            octet(rest)?;
            bytes = &rest[2..];
        } else if allowed(*first) {
            bytes = rest;
        } else {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// The characters of GS1 set 82 that may be unencoded in a URI or URN, and `~`. That is outside the set; but every
/// encoded octet is accepted, and an unreserved character is the same unencoded.
pub(super) fn is_set_82(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"'()*+,-.:;<=>?_~".contains(&byte)
}

/// The characters of GS1 set 39 that may be unencoded.
pub(super) fn is_set_39(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'
}

/// Appends a value in the form of [`normal`], in the encoding of a Digital Link path: that of the published hash texts,
/// which leave `'`, `;` and `=` unencoded.
pub(super) fn push_encoded(out: &mut String, text: &str) {
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let encoded = if *first == b'%' { octet(rest) } else { None };
        let letter = encoded.unwrap_or(*first);
        let is_plain = if encoded.is_some() { b"';=".contains(&letter) } else { !b"!\"()*+,:<>?".contains(&letter) };
        if is_plain {
            out.push(char::from(letter));
        } else {
            push_octet(out, letter);
        }
        bytes = if encoded.is_some() { &rest[2..] } else { rest };
    }
}

/// The octet of the two hexadecimal digits at the beginning of a text.
fn octet(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn push_octet(out: &mut String, octet: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend(['%', char::from(HEX[usize::from(octet >> 4)]), char::from(HEX[usize::from(octet & 0xf)])]);
}

/// RFC 3986 section 2.3.
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)
}
