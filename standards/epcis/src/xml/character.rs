//! Characters of XML names and texts (XML 1.0, fifth edition, sections 2.2, 2.3 and 2.11; Namespaces in XML 1.0,
//! section 3). Invariant: an accepted text or name has only characters that [`crate::text`] accepts too.

use std::borrow::Cow;

use crate::text::is_text_char;

/// Whether a text is a name without a colon.
pub(super) fn is_ncname(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(is_name_start) && letters.all(is_name_part)
}

fn is_name_start(letter: char) -> bool {
    matches!(letter,
        'A'..='Z' | 'a'..='z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn is_name_part(letter: char) -> bool {
    is_name_start(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
}

/// The first character that a text of a document may not have.
pub(super) fn refused(text: &str) -> Option<char> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        return None;
    }
    text.chars().find(|letter| !is_text_char(*letter))
}

/// Whether a character is white space of XML.
pub(super) const fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

/// The text without white space around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The text with each end of a line as one line feed.
pub(super) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["a", "_", "É", "a-b.c0", "名"] {
            assert!(is_ncname(name), "{name}");
        }
        for name in ["", "0", "-a", ".", "a:b", "a b", "a/b", "\u{d7}", "a\u{37e}", "a\u{fffe}"] {
            assert!(!is_ncname(name), "{name}");
        }
    }

    #[test]
    fn texts() {
        assert_eq!(refused("a\t\r\n~é"), None);
        assert_eq!(refused("aé\u{1}"), Some('\u{1}'));
        assert_eq!(refused("\u{7f}"), Some('\u{7f}'));
        assert_eq!(with_line_feeds("a\r\nb\rc\n\n"), "a\nb\nc\n\n");
        assert_eq!(trimmed(" \r\n\ta\u{a0} "), "a\u{a0}");
    }
}
