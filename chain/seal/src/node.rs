//! Parses a JSON document to a tree of canonical leaves. Invariant: every scalar is in its canonical form. Members are
//! in the order of RFC 8785, and no name occurs twice in an object.
//!
//! The canonical form is that of RFC 8785, except that numbers keep all their digits ([`standards_number`]). RFC 8785
//! rounds numbers to doubles, so a commitment to a rounded number would be a commitment to a different document.

use crate::{DEPTH_MAX, SealError};
use chain_types::limit;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// One value of a document.
pub(crate) enum Node {
    /// A scalar or an empty container, as canonical JSON.
    Leaf(String),
    /// An array with elements.
    Array(Vec<Node>),
    /// An object with members, ascending by the UTF-16 code units of their names.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Parses a document.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, SealError> {
        let text = std::str::from_utf8(document).map_err(|error| SealError::Encoding { at: error.valid_up_to() })?;
        let raw: &RawValue = serde_json::from_str(text)?;
        let mut leaves_left = limit::FIELDS_PER_DOCUMENT_MAX;
        read(raw.get(), 0, &mut leaves_left)
    }

    /// The whole document in its canonical form.
    pub(crate) fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    out.push_str(&canonical_string(name));
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// Parses one value whose syntax the enclosing scan has already checked. A value at depth n is scanned n times, at most
/// [`DEPTH_MAX`].
fn read(text: &str, depth: usize, leaves_left: &mut usize) -> Result<Node, SealError> {
    match text.as_bytes().first() {
        Some(b'{') => {
            let Members(raw) = serde_json::from_str(text)?;
            if raw.is_empty() {
                return leaf("{}".to_owned(), leaves_left);
            }
            let depth = deeper(depth)?;
            let mut members = Vec::with_capacity(raw.len());
            for (name, value) in raw {
                let value = read(value.get(), depth, leaves_left).map_err(|error| error.inside(&name))?;
                members.push((name, value));
            }
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            match members.array_windows().find(|[(left, _), (right, _)]| left == right) {
                Some([(name, _), _]) => Err(SealError::DuplicateName { name: name.clone() }),
                None => Ok(Node::Object(members)),
            }
        }
        Some(b'[') => {
            let raw: Vec<&RawValue> = serde_json::from_str(text)?;
            if raw.is_empty() {
                return leaf("[]".to_owned(), leaves_left);
            }
            let depth = deeper(depth)?;
            let items = raw.into_iter().enumerate().map(|(index, item)| {
                read(item.get(), depth, leaves_left).map_err(|error| error.inside(&index.to_string()))
            });
            Ok(Node::Array(items.collect::<Result<_, _>>()?))
        }
        Some(b'"') => leaf(canonical_string(&serde_json::from_str::<String>(text)?), leaves_left),
        Some(b'-' | b'0'..=b'9') => leaf(standards_number::canonical(text)?, leaves_left),
        _ => leaf(text.to_owned(), leaves_left),
    }
}

/// A leaf, counted against the limit of fields.
fn leaf(text: String, leaves_left: &mut usize) -> Result<Node, SealError> {
    *leaves_left = leaves_left.checked_sub(1).ok_or(SealError::Fields)?;
    Ok(Node::Leaf(text))
}

/// The depth one level down.
fn deeper(depth: usize) -> Result<usize, SealError> {
    if depth < DEPTH_MAX { Ok(depth.saturating_add(1)) } else { Err(SealError::Depth) }
}

/// RFC 8785 section 3.2.2.2: only characters that must be escaped are. `serde_json` follows the same rule.
fn canonical_string(text: &str) -> String {
    serde_json::to_string(text).expect("serializing a string to memory cannot fail")
}

/// An object's members in document order, with their values not yet parsed.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect).map(Self)
    }
}

#[cfg(test)]
mod tests;
