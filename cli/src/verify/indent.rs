//! Formats JSON text for display. Invariant: only white space and control characters change. No document can send
//! control sequences to the terminal.

use std::fmt::Write as _;

/// The text with one line per member and element, each line beginning with `margin`.
pub(super) fn indent(json: &str, margin: &str) -> String {
    let mut out = String::from(margin);
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            in_string = is_escaped || character != '"';
            is_escaped = character == '\\' && !is_escaped;
            push(&mut out, character);
            continue;
        }
        match character {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                out.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, margin, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, margin, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, margin, depth);
            }
            ':' => out.push_str(": "),
            other => {
                in_string = other == '"';
                out.push(other);
            }
        }
    }
    out
}

fn new_line(out: &mut String, margin: &str, depth: usize) {
    out.push('\n');
    out.push_str(margin);
    out.extend(std::iter::repeat_n("  ", depth));
}

fn push(out: &mut String, character: char) {
    if character.is_control() {
        // Writing to a string cannot fail. Control characters are below U+00A0, so four digits suffice.
        let _ = write!(out, "\\u{:04x}", u32::from(character));
    } else {
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::indent;

    #[test]
    fn members_and_elements_get_lines_of_their_own() {
        let laid_out = indent("{\"a\":[1, 2.50],\"b\":{ },\"c\":\"x,{\\\"}\"}", "  ");
        let expected = "  {\n    \"a\": [\n      1,\n      2.50\n    ],\n    \"b\": {},\n    \"c\": \"x,{\\\"}\"\n  }";
        assert_eq!(laid_out, expected);
    }

    #[test]
    fn no_control_character_reaches_the_terminal() {
        assert_eq!(indent("\"\u{9b}2J\u{7f}\\\\\"", ""), "\"\\u009b2J\\u007f\\\\\"");
    }
}
