//! Checks short texts that people read, such as names and e-mail addresses. Invariant: a text that passes shows itself
//! as it is, in a terminal, a log line, a mail and a page.

/// Whether a character is invisible and changes how the text around it is shown or stored: control characters (Unicode
/// general category `Cc`, which includes NUL), line and paragraph separators, marks that override the direction of
/// text (Unicode Standard Annex 9, section 2), and byte order marks.
pub fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
        )
}

/// What is wrong with a text that must have 1 to `chars_max` characters, not all of them spaces, and none of
/// [`is_control`]; `None` when nothing is.
pub fn fault(text: &str, chars_max: usize) -> Option<String> {
    if text.chars().any(is_control) {
        return Some("holds a control character".to_owned());
    }
    if text.chars().nth(chars_max).is_some() {
        return Some(format!("has more than {chars_max} characters"));
    }
    text.trim().is_empty().then(|| format!("is empty; it has 1 to {chars_max} characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_length_and_shows_itself() {
        for good in ["a", "Ana Ünlü", "农场", "a\u{200D}b", &"n".repeat(5)] {
            assert_eq!(fault(good, 10), None, "{good:?}");
        }
        assert_eq!(fault(&"ü".repeat(10), 10), None);
        for bad in ["", " ", "\u{3000}", &"ü".repeat(11)] {
            assert!(fault(bad, 10).is_some(), "{bad:?}");
        }
        for bad in ['\0', '\n', '\r', '\t', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{2028}', '\u{202e}', '\u{2066}']
        {
            for text in [format!("{bad}a"), format!("a{bad}b"), format!("a{bad}")] {
                assert!(fault(&text, 10).is_some(), "{text:?}");
            }
        }
    }
}
