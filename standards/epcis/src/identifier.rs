//! Converts EPC URNs and Digital Links of any host to canonical GS1 Digital Links. Invariant: a canonical identifier is
//! a fixed point. Every percent-encoding of an identifier has the same one, and so has every case of its scheme and of
//! the namespace of a URN. A text that is not a GS1 identifier is unchanged.
//!
//! The canonical form is `https://id.gs1.org/{key}/{value}[/{qualifier}/{value}]` with the finest qualifier given and
//! GTINs in 14 digits, without query or fragment (GS1 Digital Link URI Syntax; CBV 2.0 section 8). An EPC URN without
//! such a link stays a URN, and its unreserved characters are unencoded (RFC 3986 section 6.2.2.2).

mod digital_link;
mod head;
mod key;
mod percent;
mod scheme;
mod urn;

use std::borrow::Cow;

/// The beginning of every canonical identifier.
pub const CANONICAL_ROOT: &str = "https://id.gs1.org/";

/// The beginning of every EPC URN.
const URN: &str = "urn:epc:";

pub(crate) use head::normal_head;
pub(crate) use key::ranges;
pub use key::{KeyRange, Level, pattern_key};
use percent::{count_letters, is_set_39, is_set_82, push_encoded};

/// The canonical form of a GS1 identifier. Any other text is unchanged.
pub fn canonical(text: &str) -> Cow<'_, str> {
    gs1(text).unwrap_or(Cow::Borrowed(text))
}

/// The canonical form of a GS1 identifier: its Digital Link, or the URN of an EPC without one. `None` for other texts.
pub(crate) fn gs1(text: &str) -> Option<Cow<'_, str>> {
    in_any_case(text, |text| link_of(text).or_else(|| text.starts_with(URN).then(|| percent::normal(text))))
}

/// The canonical Digital Link of an EPC URN or of a Digital Link on any host. The URNs are `urn:epc:id:…`,
/// `urn:epc:class:…`, and `urn:epc:idpat:…` with a wildcard only for the serial. `None` for other texts.
pub fn digital_link(text: &str) -> Option<Cow<'_, str>> {
    in_any_case(text, link_of)
}

/// Reads a text with its scheme, and for a URN its namespace, in small letters.
fn in_any_case<'t>(text: &'t str, read: impl for<'n> Fn(&'n str) -> Option<Cow<'n, str>>) -> Option<Cow<'t, str>> {
    match normal_head(text) {
        Cow::Borrowed(text) => read(text),
        Cow::Owned(text) => read(&text).map(|found| Cow::Owned(found.into_owned())),
    }
}

/// [`digital_link`] of a text with its scheme and namespace in small letters.
fn link_of(text: &str) -> Option<Cow<'_, str>> {
    if let Some(rest) = text.strip_prefix(URN) {
        return urn::digital_link(&percent::normal(rest)).map(Cow::Owned);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The characters of GS1 set 82, and the unreserved one outside of it.
    const SET_82: &str = r#"[0-9A-Za-z!"%&'()*+,./:;<=>?_~-]"#;

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

    #[test]
    fn an_encoded_letter_is_the_letter() {
        let link = "https://id.gs1.org/01/04012345111118/21/A-b.~'%2F";
        for text in [
            "https://example.org/01/4012345111118/21/A-b.~'%2F",
            "https://example.org/01/4012345111118/21/%41%2Db%2e%7e%27%2f",
            "https://example.org/%30%31/401234511111%38/%321/%41%2db.%7E'%2F",
            "https://example.org/%zz/01/4012345111118/21/A%2Db.~'%2F",
            "urn:epc:id:sgtin:4012345.011111.A-b.~'%2F",
            "urn:epc:id:sgtin:401234%35.011111%2E%41%2Db.%7E%27%2f",
        ] {
            assert_eq!(canonical(text), link, "{text}");
            assert_eq!(pattern_key(text).map(|key| key.contains("A-b.~'%2F")), Some(true), "{text}");
        }
        // A URN without a link.
        assert_eq!(canonical("urn:epc:id:adi:W81X9C.3KL%2d984.12%4a%2f"), "urn:epc:id:adi:W81X9C.3KL-984.12J%2F");
        // An octet is decoded once, and an invalid encoding is none.
        let twice = "https://id.gs1.org/01/04012345111118/21/%2541";
        assert_eq!(canonical(twice), twice);
        for text in
            ["https://a.example/01/4012345111118/21/%4", "urn:epc:id:sgtin:4012345.011111.%4", "urn:epc:id:adi:%"]
        {
            assert_eq!(canonical(text), text);
        }
        // Set 39 has no small letters, encoded or not.
        for serial in ["a", "%61"] {
            assert_eq!(digital_link(&format!("urn:epc:id:cpi:0614141.{serial}.1")), None, "{serial}");
        }
    }

    proptest! {
        #[test]
        fn canonical_is_a_fixed_point(
            text in concat!(
                "(https://e.x/|HTTPS://e.x/|urn:epc:id:|URN:Epc:id:)(gtin/|01/|414/|sgtin:|sgln:|giai:|adi:|8004/)",
                "[0-9A-Fa-f%./:(~]{0,30}"
            )
        ) {
            let once = canonical(&text).into_owned();
            prop_assert_eq!(canonical(&once), once.as_str());
        }

        /// Each letter of a value is spelled as it is, or encoded with capitals or small letters.
        #[test]
        fn every_spelling_has_one_canonical_form(
            (head, serial) in prop_oneof![
                Just(("urn:epc:id:sgtin:4012345.011111.", SET_82)),
                Just(("urn:epc:id:giai:4012345.", SET_82)),
                Just(("urn:epc:id:cpi:0614141.", "[0-9A-Z-]")),
                Just(("urn:epc:id:adi:W81X9C.", "[0-9A-Z-]")),
                Just(("https://x.example/a/01/04012345111118/10/1/21/", SET_82)),
                Just(("https://id.gs1.org/8004/4012345", SET_82)),
            ].prop_flat_map(|(head, letters)| {
                let serial = proptest::string::string_regex(&format!("{letters}{{1,16}}"));
                (Just(head), serial.expect("a regular expression"))
            }),
            spellings in proptest::collection::vec((0..3_u8, 0..3_u8), 16),
        ) {
            let end = if head.contains("cpi") || head.contains("adi") { ".1" } else { "" };
            // TDS and Digital Link syntax let no value have these as they are.
            let must_encode = |letter: char| matches!(letter, '%' | '&' | '/' | '<' | '>' | '?' | '#' | '"');
            let spell = |pick: &dyn Fn(usize) -> u8| {
                let letters = serial.chars().enumerate().map(|(at, letter)| match pick(at) {
                    0 if !must_encode(letter) => letter.to_string(),
                    2 => format!("%{:02x}", u32::from(letter)),
                    _ => format!("%{:02X}", u32::from(letter)),
                });
                format!("{head}{}{end}", letters.collect::<String>())
            };
            // A URN without a link keeps reserved characters as they are spelled.
            let is_link = digital_link(&spell(&|_| 0)).is_some();
            prop_assert_eq!(is_link, !head.contains("adi"));
            let (one, other) = (spell(&|at| spellings[at].0), spell(&|at| spellings[at].1));
            prop_assert_eq!(canonical(&one), canonical(&other), "{} {}", one, other);
            prop_assert_eq!(pattern_key(&one), pattern_key(&other), "{} {}", one, other);
            let once = canonical(&one).into_owned();
            prop_assert_eq!(canonical(&once), once.as_str());
            // A pattern with the value is the same, too. Only a `*` that is a whole component is a wildcard.
            if let Some(rest) = one.strip_prefix("urn:epc:id:").filter(|_| serial != "*") {
                let pattern = |text: &str| ranges(text, Level::Instance);
                let other = other.strip_prefix("urn:epc:id:").expect("the same head");
                prop_assert_eq!(pattern(rest), pattern(other));
            }
        }
    }
}
