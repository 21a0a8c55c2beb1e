//! Assembles a JSON document from its disclosed fields. Invariant: values appear exactly as the record committed to
//! them. Contradictory fields give no document instead of a guess.

use chain_types::body::Field;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The depth limit of an assembled document. Sealed documents nest no deeper.
const DEPTH_MAX: usize = 64;

#[derive(Default)]
struct Branch<'a> {
    value: Option<&'a str>,
    children: BTreeMap<String, Branch<'a>>,
}

/// Assembles the fields to a document. Withheld members and elements are left out, so the disclosed elements of an
/// array move together. `None` when there are no fields, or when they contradict each other.
pub(super) fn assemble(fields: &[&Field]) -> Option<Box<RawValue>> {
    if fields.is_empty() {
        return None;
    }
    let mut root = Branch::default();
    for field in fields {
        let mut tokens = field.pointer.split('/');
        let starts_at_root = tokens.next() == Some("");
        if !starts_at_root || tokens.clone().count() > DEPTH_MAX {
            return None;
        }
        let mut branch = &mut root;
        for token in tokens {
            branch = branch.children.entry(token.replace("~1", "/").replace("~0", "~")).or_default();
        }
        if branch.value.replace(&field.value).is_some() {
            return None;
        }
    }
    let mut text = String::new();
    write(&root, &mut text)?;
    RawValue::from_string(text).ok()
}

fn write(branch: &Branch<'_>, out: &mut String) -> Option<()> {
    if branch.children.is_empty() {
        out.push_str(branch.value?);
        return Some(());
    }
    // A container with members has no field of its own, except `{}` for an object whose member names look like array
    // indices.
    let is_marked = match branch.value {
        None => false,
        Some("{}") => true,
        Some(_) => return None,
    };
    if !is_marked && branch.children.keys().all(|name| is_array_index(name)) {
        let mut items: Vec<_> = branch.children.iter().collect();
        items.sort_by_key(|(name, _)| (name.len(), name.as_str()));
        for (at, (_, item)) in items.into_iter().enumerate() {
            out.push(if at == 0 { '[' } else { ',' });
            write(item, out)?;
        }
        out.push(']');
    } else {
        for (at, (name, child)) in branch.children.iter().enumerate() {
            out.push(if at == 0 { '{' } else { ',' });
            out.push_str(&serde_json::to_string(name).ok()?);
            out.push(':');
            write(child, out)?;
        }
        out.push('}');
    }
    Some(())
}

/// RFC 6901 section 4: digits without a leading zero.
fn is_array_index(name: &str) -> bool {
    name == "0" || (!name.is_empty() && !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn document(fields: Pairs<'_>) -> Option<String> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(pointer, value)| Field { salt: [0; 16], pointer: (*pointer).to_owned(), value: (*value).to_owned() })
            .collect();
        assemble(&fields.iter().collect::<Vec<_>>()).map(|document| document.get().to_owned())
    }

    #[test]
    fn documents_come_back_from_their_fields() {
        let table: &[(Pairs<'_>, Option<&str>)] = &[
            (&[], None),
            (&[("", "5")], Some("5")),
            (&[("/a", "1e+23"), ("/b/0", "true"), ("/b/1", "{}")], Some(r#"{"a":1e+23,"b":[true,{}]}"#)),
            (&[("/a~1b~01", "\"x\"")], Some(r#"{"a/b~1":"x"}"#)),
            (&[("/pallet", "395212340000000017")], Some(r#"{"pallet":395212340000000017}"#)),
            (&[("", "{}"), ("/0", "1")], Some(r#"{"0":1}"#)),
            (&[("/10", "10"), ("/2", "2"), ("/9", "9")], Some("[2,9,10]")),
            (&[("/00", "1")], Some(r#"{"00":1}"#)),
            (&[("/", "1")], Some(r#"{"":1}"#)),
            (&[("/a", "1"), ("/a/b", "2")], None),
            (&[("a", "1")], None),
        ];
        for (fields, expected) in table {
            assert_eq!(document(fields).as_deref(), *expected, "{fields:?}");
        }
    }

    #[test]
    fn a_pointer_deeper_than_any_document_gives_none() {
        assert!(document(&[(&"/x".repeat(DEPTH_MAX), "1")]).is_some());
        assert!(document(&[(&"/x".repeat(DEPTH_MAX + 1), "1")]).is_none());
        assert!(document(&[(&"/x".repeat(1_000_000), "1")]).is_none());
    }
}
