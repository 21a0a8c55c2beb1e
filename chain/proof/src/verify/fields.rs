//! Step `fields`: checks disclosed fields and withheld leaves against the document's commitment [P5, bodies].
//! Invariant: only one text of a value is accepted, so two fields are equal exactly when their texts are.

use super::fault::{Fault, require};
use crate::bundle::{BodyPart, FieldPart};
use chain_types::{Digest, body::fields_commitment};

/// Returns the finding in words.
pub(super) fn check(body: &BodyPart) -> Result<String, Fault> {
    match body {
        BodyPart::Public { bytes } => Ok(format!("a public document of {} bytes", bytes.len())),
        BodyPart::Sealed { fields: None, .. } => Ok("a sealed document of which nothing is known".into()),
        BodyPart::Sealed { fields: Some(fields), commitment, .. } => check_sealed(fields, commitment),
    }
}

fn check_sealed(fields: &[FieldPart], commitment: &Digest) -> Result<String, Fault> {
    let mut previous: Option<&str> = None;
    let mut disclosed = 0_usize;
    for part in fields {
        let FieldPart::Disclosed(field) = part else { continue };
        let ascends = previous.is_none_or(|previous| previous.as_bytes() < field.pointer.as_bytes());
        if !ascends {
            return Err(Fault::tampered(format!("the field {:?} is out of order", field.pointer)));
        }
        if !is_canonical(&field.value) {
            let detail = format!("the value of the field {:?} is not canonical JSON", field.pointer);
            return Err(Fault::tampered(detail));
        }
        previous = Some(&field.pointer);
        disclosed = disclosed.saturating_add(1);
    }
    let leaves: Vec<_> = fields.iter().map(FieldPart::leaf).collect();
    let found = fields_commitment(&leaves).ok_or_else(|| Fault::tampered("more fields than a document may have"))?;
    require(found == *commitment, "the fields are not those that the record committed to")?;
    Ok(format!("disclosed {disclosed} of {} fields", fields.len()))
}

/// Whether a text is the canonical form of a scalar or of an empty container.
fn is_canonical(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'"') => is_canonical_string(text),
        Some(b'-' | b'0'..=b'9') => standards_number::canonical(text).is_ok_and(|canonical| canonical == text),
        _ => matches!(text, "true" | "false" | "null" | "{}" | "[]"),
    }
}

/// RFC 8785 section 3.2.2.2: only characters that must be escaped are, each in one way.
fn is_canonical_string(text: &str) -> bool {
    // A borrowed string contains no escapes, and such a text has only one spelling.
    if serde_json::from_str::<&str>(text).is_ok() {
        return text.ends_with('"');
    }
    let unescaped = serde_json::from_str::<String>(text).ok();
    unescaped.and_then(|string| serde_json::to_string(&string).ok()).is_some_and(|canonical| canonical == text)
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn a_value_has_one_text() {
        for text in [
            "null",
            "true",
            "false",
            "{}",
            "[]",
            "0",
            "-3.25",
            "1e+21",
            "1e-7",
            "395212340000000017",
            "\"\"",
            "\"a b\"",
            "\"\u{e9}\u{7f}\u{2028}/\"",
            r#""\"\\\b\f\n\r\t\u0000\u001f""#,
        ] {
            assert!(is_canonical(text), "{text}");
        }
        for text in [
            "",
            " ",
            "nul",
            "True",
            "[1]",
            "{ }",
            "[ ]",
            r#"{"a":1}"#,
            "-0",
            "1.0",
            "1e0",
            "10e-1",
            "01",
            "+1",
            ".5",
            "1E+21",
            "1e21",
            "100000000000000000000000",
            "0.0000001",
            "1e+10001",
            "NaN",
            "\"",
            "\"a",
            "a\"",
            "\"a\"b",
            "\"a\" ",
            " \"a\"",
            "\"a\nb\"",
            r#""\u0041""#,
            r#""\/""#,
            r#""\u001F""#,
            r#""\u000a""#,
            r#""\ud800""#,
            r#""\ud83d\ude00""#,
        ] {
            assert!(!is_canonical(text), "{text}");
        }
    }
}
