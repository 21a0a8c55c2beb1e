//! Writes a problem in XML (RFC 7807 appendix A), for clients that do not read JSON. Invariant: it has the members of
//! the problem in JSON, and it is well-formed for every text.

use crate::error::Problem;

/// The media type of problems in XML.
pub(super) const MEDIA_TYPE: &str = "application/problem+xml";

/// Writes a problem as a document.
pub(super) fn write(problem: &Problem) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<problem xmlns=\"urn:ietf:rfc:7807\">");
    let status = problem.status.to_string();
    for (name, text) in [
        ("type", &problem.kind),
        ("code", &problem.code),
        ("title", &problem.title),
        ("status", &status),
        ("detail", &problem.detail),
        ("trace_id", &problem.trace_id),
    ] {
        push(&mut out, name, text);
    }
    out.push_str("<errors>");
    for fault in &problem.errors {
        out.push_str("<i>");
        push(&mut out, "pointer", &fault.pointer);
        push(&mut out, "code", &fault.code);
        push(&mut out, "detail", &fault.detail);
        out.push_str("</i>");
    }
    out.push_str("</errors></problem>");
    out
}

fn push(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 has no such characters (section 2.2).
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            letter => out.push(letter),
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ApiError, code};

    #[test]
    fn a_problem_is_escaped_and_whole() {
        let error = ApiError::new(&code::INVALID_FIELD, "a<b & c").at("/x/0", "code.x", "]]>\u{1}\u{fffe}");
        let xml = write(&error.with_type("epcisException:ValidationException").problem());
        let expected = "<problem xmlns=\"urn:ietf:rfc:7807\"><type>epcisException:ValidationException</type>\
                        <code>request.invalid_field</code><title>A field is not valid</title><status>400</status>\
                        <detail>a&lt;b &amp; c</detail><trace_id></trace_id><errors><i><pointer>/x/0</pointer>\
                        <code>code.x</code><detail>]]&gt;\u{fffd}\u{fffd}</detail></i></errors></problem>";
        assert_eq!(xml.split_once('\n').map(|(_, problem)| problem), Some(expected));
    }
}
