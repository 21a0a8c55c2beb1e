//! The characters that a text of a document may have. Invariant: no accepted name, namespace or identifier has a
//! control character, and no accepted text has one that XML or a database cannot hold.
//!
//! | text | refused | source |
//! | --- | --- | --- |
//! | every string | C0 but tab, line feed, carriage return; U+007F to U+009F; U+FFFE, U+FFFF | XML 1.0 section 2.2 |
//! | names of members, terms and prefixes | also tab, line feed, carriage return, U+2028, U+2029 | |
//! | namespaces, URIs | also space and all that is no character of an IRI | RFC 3987 section 2.2 |
//!
//! XML 1.0 discourages U+007F to U+009F and RFC 3987 excludes them. U+2028 and U+2029 end a line, as only a value may.

/// Whether a letter may stand in any string of a document.
pub(crate) const fn is_text_char(letter: char) -> bool {
    !matches!(letter,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a letter may stand in the name of a member, a term or a prefix.
pub(crate) const fn is_name_char(letter: char) -> bool {
    is_text_char(letter) && !matches!(letter, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Whether a letter may stand in an IRI (RFC 3987 section 2.2), encoded or not.
pub(crate) const fn is_iri_char(letter: char) -> bool {
    match letter {
        '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' => false,
        '!'..='~' => true,
        '\u{2028}' | '\u{2029}' => false,
        // `ucschar` and `iprivate`. The planes 1 to 16 lack only their last two places.
        '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}' => true,
        other => other > '\u{ffff}' && (other as u32 & 0xfffe) != 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_text_has_its_letters() {
        // The letter, then whether a text, a name and an IRI may have it.
        for (letter, text, name, iri) in [
            ('\0', false, false, false),
            ('\u{1}', false, false, false),
            ('\t', true, false, false),
            ('\n', true, false, false),
            ('\u{b}', false, false, false),
            ('\r', true, false, false),
            ('\u{1b}', false, false, false),
            (' ', true, true, false),
            ('<', true, true, false),
            ('~', true, true, true),
            ('\u{7f}', false, false, false),
            ('\u{85}', false, false, false),
            ('\u{9f}', false, false, false),
            ('\u{a0}', true, true, true),
            ('é', true, true, true),
            ('\u{2028}', true, false, false),
            ('\u{2029}', true, false, false),
            ('\u{fdd0}', true, true, false),
            ('\u{fffd}', true, true, false),
            ('\u{fffe}', false, false, false),
            ('\u{ffff}', false, false, false),
            ('😀', true, true, true),
            ('\u{1fffe}', true, true, false),
            ('\u{10fffd}', true, true, true),
        ] {
            assert_eq!(
                (is_text_char(letter), is_name_char(letter), is_iri_char(letter)),
                (text, name, iri),
                "{letter:?}"
            );
        }
    }
}
