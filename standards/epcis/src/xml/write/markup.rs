//! Writes markup and escaped texts (XML 1.0, sections 2.4 and 3.3.3). Invariant: a text that is read again is the same
//! text, white space at its ends included.

use super::{Reason, Written, fault};
use crate::{
    problem::Path,
    xml::character::{is_space, refused},
};

/// Appends a text.
pub(super) fn push_text(out: &mut String, text: &str, path: &Path<'_>) -> Written {
    push_escaped(out, text, path, |letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        // A reader joins it with a line feed.
        '\r' => Some("&#13;"),
        _ => None,
    })
}

/// Appends ` name="value"`.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str, path: &Path<'_>) -> Written {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_escaped(out, value, path, |letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\r' => Some("&#13;"),
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        _ => None,
    })?;
    out.push('"');
    Ok(())
}

fn push_escaped(
    out: &mut String,
    text: &str,
    path: &Path<'_>,
    escape: impl Fn(char) -> Option<&'static str>,
) -> Written {
    if refused(text).is_some() {
        return fault(path, Reason::Character);
    }
    for letter in text.chars() {
        match escape(letter) {
            Some(escaped) => out.push_str(escaped),
            None => out.push(letter),
        }
    }
    Ok(())
}

/// Whether a reader would remove white space from a text.
pub(super) fn has_space_around(text: &str) -> bool {
    text.starts_with(is_space) || text.ends_with(is_space)
}

pub(super) fn open(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
}

pub(super) fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut out = String::new();
        push_text(&mut out, "a<&>\"'\r\n\té]]>", &Path::Root).expect("valid");
        push_attribute(&mut out, "b", "a<&>\"'\r\n\té", &Path::Root).expect("valid");
        assert_eq!(out, "a&lt;&amp;&gt;\"'&#13;\n\té]]&gt; b=\"a&lt;&amp;&gt;&quot;'&#13;&#10;&#9;é\"");
        let root = Path::Root;
        let path = root.name("a");
        assert_eq!(push_text(&mut out, "\u{1}", &path), Err(("/a".into(), Reason::Character)));
    }
}
