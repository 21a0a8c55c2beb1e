//! A JSON tree that borrows from its text and keeps the position of each value. Invariant: every node's `raw` is the
//! exact text of its value. A number is within the limits of [`standards_number`]. No object has two members of the
//! same name.
//!
//! `serde_json::Value` does not suffice: proofs are over the bytes as sent, the event hash is over exact decimals, and
//! events are cut out of the text without a second parse.

mod parser;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(crate) use parser::{ErrorKind, ParseError, parse, parse_unchecked};

/// A value with its text.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    /// The byte offset of the value in the parsed text.
    pub(crate) start: usize,
    /// The value exactly as written, without surrounding white space.
    pub(crate) raw: &'a str,
    pub(crate) value: Value<'a>,
}

/// The kinds of values of RFC 8259.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool,
    /// The digits are in the node's `raw` text.
    Number,
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
}

/// One member of an object, in document order.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) node: Node<'a>,
}

impl<'a> Node<'a> {
    /// The text of a JSON string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(crate) fn as_array(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members of an object, in document order.
    pub(crate) fn as_object(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of that name. `None` when there is none, or when this is not an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.as_object()?.iter().find(|member| member.name == name).map(|member| &member.node)
    }

    /// The string member of that name.
    pub(crate) fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The elements of the array member of that name. Empty when the member is absent or not an array.
    pub(crate) fn get_array(&self, name: &str) -> &[Node<'a>] {
        self.get(name).and_then(Node::as_array).unwrap_or_default()
    }

    /// Moves the member of that name out of an object.
    pub(crate) fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let Value::Object(members) = &mut self.value else { return None };
        let at = members.iter().position(|member| member.name == name)?;
        Some(members.swap_remove(at).node)
    }

    /// Moves the elements out of the array at the path `names`, which avoids a copy.
    pub(crate) fn take_array(&mut self, names: &[&str]) -> Option<Vec<Node<'a>>> {
        match (names.split_first(), &mut self.value) {
            (Some((name, rest)), Value::Object(members)) => {
                members.iter_mut().find(|member| member.name == *name)?.node.take_array(rest)
            }
            (None, Value::Array(elements)) => Some(std::mem::take(elements)),
            _ => None,
        }
    }

    /// The kind of the value in words, for a problem's detail.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool => "a boolean",
            Value::Number => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let code = control as usize;
                out.push_str("\\u00");
                out.push(char::from(HEX[code >> 4]));
                out.push(char::from(HEX[code & 0xf]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
