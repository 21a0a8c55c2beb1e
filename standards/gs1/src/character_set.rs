//! The character sets of GS1 element strings (GS1 General Specifications, section 7.11). Invariant: every set is a part
//! of ASCII, so a byte of a valid value is a character.

/// A set of characters that a component of a value may consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharacterSet {
    /// Digits: `N` in the GS1 Barcode Syntax Dictionary.
    Digits,
    /// GS1 AI encodable character set 82, `X`: letters, digits and punctuation.
    Set82,
    /// GS1 AI encodable character set 39, `Y`: capitals, digits and `#-/`.
    Set39,
    /// The alphabet of base64 for URLs, `Z`, with padding at the end of the value (RFC 4648 section 5).
    Base64Url,
}

impl CharacterSet {
    /// The letter of this set in the dictionary.
    pub const fn letter(self) -> char {
        match self {
            Self::Digits => 'N',
            Self::Set82 => 'X',
            Self::Set39 => 'Y',
            Self::Base64Url => 'Z',
        }
    }

    /// The place of the first character of `text` that is not allowed, in bytes.
    pub(crate) fn first_outside(self, text: &str) -> Option<usize> {
        let body = match self {
            Self::Base64Url => without_padding(text),
            _ => text,
        };
        body.bytes().position(|byte| !self.contains(byte))
    }

    fn contains(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Set82 => byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte),
            Self::Set39 => byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"#-/".contains(&byte),
            Self::Base64Url => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
        }
    }
}

/// The text without the padding that makes its length a multiple of four.
fn without_padding(text: &str) -> &str {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if padding <= 2 && text.len().is_multiple_of(4) { body } else { text }
}

#[cfg(test)]
mod tests {
    use super::CharacterSet::{Base64Url, Digits, Set39, Set82};

    #[test]
    fn each_set_has_its_published_size() {
        let size = |set: super::CharacterSet| (0..=u8::MAX).filter(|byte| set.contains(*byte)).count();
        assert_eq!([size(Digits), size(Set82), size(Set39), size(Base64Url)], [10, 82, 39, 64]);
    }

    #[test]
    fn padding_stands_only_at_the_end_of_a_group_of_four() {
        let cases = [("YQ==", None), ("YWI=", None), ("YWJj", None), ("YWJj=", Some(4)), ("Y===", Some(1))];
        for (text, expected) in cases {
            assert_eq!(Base64Url.first_outside(text), expected, "{text}");
        }
    }
}
