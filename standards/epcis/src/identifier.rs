//! Converts EPC URNs and Digital Links of any host to canonical GS1 Digital Links. Invariant: a canonical identifier is
//! a fixed point. A text that is not a GS1 identifier is unchanged.
//!
//! The canonical form is `https://id.gs1.org/{key}/{value}[/{qualifier}/{value}]` with the finest qualifier given and
//! GTINs in 14 digits, without query or fragment (GS1 Digital Link URI Syntax; CBV 2.0 section 8).

mod digital_link;
mod key;
mod scheme;
mod urn;

use std::borrow::Cow;

/// The beginning of every canonical identifier.
pub const CANONICAL_ROOT: &str = "https://id.gs1.org/";

pub(crate) use key::ranges;
pub use key::{KeyRange, Level, pattern_key};

/// The canonical Digital Link of a GS1 identifier. Any other text is unchanged.
pub fn canonical(text: &str) -> Cow<'_, str> {
    digital_link(text).unwrap_or(Cow::Borrowed(text))
}

/// The canonical Digital Link of an EPC URN or of a Digital Link on any host. The URNs are `urn:epc:id:…`,
/// `urn:epc:class:…`, and `urn:epc:idpat:…` with a wildcard only for the serial. `None` for other texts.
pub fn digital_link(text: &str) -> Option<Cow<'_, str>> {
    if let Some(rest) = text.strip_prefix("urn:epc:") {
        return urn::digital_link(rest).map(Cow::Owned);
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return digital_link::canonical(text);
    }
    None
}

/// The mod-10 check digit over `digits`, with weights 3 and 1 from the right (GS1 General Specifications section 7.9).
fn check_digit(digits: &[u8]) -> char {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    char::from(b"0987654321"[(sum % 10) as usize])
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number of characters of a serial, lot or reference; an encoded octet counts as one. `None` when an encoding is
/// invalid, or a character is outside the GS1 character set of `allowed`.
fn count_letters(text: &str, allowed: fn(u8) -> bool) -> Option<usize> {
    let mut bytes = text.bytes();
    let mut count = 0;
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            if !(bytes.next()?.is_ascii_hexdigit() && bytes.next()?.is_ascii_hexdigit()) {
                return None;
            }
        } else if !allowed(byte) {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// The characters of GS1 set 82 that may be unencoded in a URI or URN.
fn is_set_82(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"'()*+,-.:;<=>?_".contains(&byte)
}

/// The characters of GS1 set 39 that may be unencoded.
fn is_set_39(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'
}

/// Appends a value in the encoding of a Digital Link path, with encoded octets in upper case.
fn push_encoded(out: &mut String, text: &str) {
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                out.push('%');
                for digit in rest.by_ref().take(2) {
                    out.push(char::from(digit.to_ascii_uppercase()));
                }
            }
            b'!' => out.push_str("%21"),
            b'"' => out.push_str("%22"),
            b'(' => out.push_str("%28"),
            b')' => out.push_str("%29"),
            b'*' => out.push_str("%2A"),
            b'+' => out.push_str("%2B"),
            b',' => out.push_str("%2C"),
            b':' => out.push_str("%3A"),
            b'<' => out.push_str("%3C"),
            b'>' => out.push_str("%3E"),
            b'?' => out.push_str("%3F"),
            other => out.push(char::from(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn check_digits() {
        assert_eq!(check_digit(b"401234511111"), '8');
        assert_eq!(check_digit(b"00000000000000000"), '0');
    }

    #[test]
    fn other_uris_are_left_alone() {
        for text in
            ["", "42", "geo:50.9,6.9", "https://example.org/a.pdf", "urn:uuid:0", "urn:epc:id:sgtin:1.2.3", "http://"]
        {
            assert_eq!(canonical(text), text);
            assert_eq!(digital_link(text), None, "{text}");
        }
    }

    #[test]
    fn encoded_letters_agree_between_urn_and_link() {
        let expected = "https://id.gs1.org/01/04012345111118/21/9%2F%28a%29";
        assert_eq!(canonical("urn:epc:id:sgtin:4012345.011111.9%2f(a)"), expected);
        assert_eq!(canonical("https://example.org/x/01/4012345111118/21/9%2f(a)/#top"), expected);
    }

    proptest! {
        #[test]
        fn canonical_is_a_fixed_point(
            text in r"(https://e.x/|urn:epc:id:)(gtin/|01/|414/|sgtin:|sgln:|giai:|8004/)[0-9A-F%./:(]{0,30}"
        ) {
            let once = canonical(&text).into_owned();
            prop_assert_eq!(canonical(&once), once.as_str());
        }
    }
}
