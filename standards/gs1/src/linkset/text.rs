//! The forms of texts in a linkset: the patterns of the published schemas. Invariant: a function accepts exactly what
//! its pattern matches, anywhere in the text where the pattern is not anchored.

use super::Profile;

/// `^https?:\/\/[a-zA-z0-9./]+` of the GS1 schema; a URI in the basic one (`"format": "uri"`).
pub(super) fn is_address(text: &str, profile: Profile) -> bool {
    match profile {
        Profile::Gs1 => after_scheme(text).is_some_and(|rest| rest.bytes().next().is_some_and(is_address_byte)),
        Profile::Basic => is_uri(text),
    }
}

/// The name of a link type: a registered name, or a web address of the characters of [`is_address_byte`]. The GS1
/// schema has `(?!(anchor|itemDescription))^([a-z-]+$)|(^https?:\/\/[a-zA-z0-9./]+$)`, the basic one the same without
/// hyphen.
pub(super) fn is_link_type(name: &str, profile: Profile) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || (byte == b'-' && profile == Profile::Gs1);
    let is_registered = !name.is_empty() && name.bytes().all(is_letter) && !name.starts_with("anchor");
    is_registered || after_scheme(name).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_address_byte))
}

/// `(^\w{2}$)|(^\w{2}-\w{2}$)`: a language, or a language and a country.
pub(super) fn is_language(text: &str) -> bool {
    let is_word = |text: &str| text.len() == 2 && text.bytes().all(is_word_byte);
    match text.split_once('-') {
        Some((language, country)) => is_word(language) && is_word(country),
        None => is_word(text),
    }
}

/// `\w+/[-+.\w]+` anywhere in the text.
pub(super) fn is_media_type(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_rest = |byte: u8| is_word_byte(byte) || b"-+.".contains(&byte);
    bytes.windows(3).any(|three| is_word_byte(three[0]) && three[1] == b'/' && is_rest(three[2]))
}

fn after_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
}

/// `[a-zA-z0-9./]`, where `A-z` includes the six characters between `Z` and `a`.
fn is_address_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'z' | b'0'..=b'9' | b'.' | b'/')
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A scheme, a colon and the characters of URIs (RFC 3986 section 3).
fn is_uri(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !rest.is_empty()
            && rest.bytes().all(is_allowed)
    })
}
