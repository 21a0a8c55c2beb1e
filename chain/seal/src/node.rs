//! Parses a JSON document to a tree of canonical leaves. Invariant: every scalar is in its canonical form. Members are
//! in the order of RFC 8785, and no name occurs twice in an object.
//!
//! The canonical form is that of RFC 8785, except that numbers keep all their digits ([`standards_number`]). RFC 8785
//! rounds numbers to doubles, so a commitment to a rounded number would be a commitment to a different document.

use crate::{DEPTH_MAX, SealError, pointer::push_token};
use chain_types::limit;
use serde_json::value::RawValue;

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
        // Checks the syntax of the whole text, so that the reader need not.
        let checked: &RawValue = serde_json::from_str(text)?;
        count_scanned(text.len());
        let leaves_left = limit::FIELDS_PER_DOCUMENT_MAX;
        let mut reader = Reader { rest: checked.get(), leaves_left, tokens: Vec::new() };
        reader.value(0).map_err(|error| match error {
            SealError::Number { reason, .. } => SealError::Number { pointer: reader.pointer(), reason },
            other => other,
        })
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

/// Reads a document from its beginning to its end. Its syntax was checked before.
struct Reader<'t> {
    rest: &'t str,
    /// The leaves that the document may still have.
    leaves_left: usize,
    /// After a fault, the tokens of its JSON pointer, the innermost first.
    tokens: Vec<String>,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Result<Node, SealError> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => {
                let text = self.string()?;
                self.leaf(canonical_string(&text))
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = standards_number::canonical(self.word())?;
                self.leaf(number)
            }
            _ => {
                let word = self.word().to_owned();
                self.leaf(word)
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node, SealError> {
        self.take(1);
        if self.take_end(b'}') {
            return self.leaf("{}".to_owned());
        }
        let depth = deeper(depth)?;
        let mut members = Vec::new();
        loop {
            let name = self.string()?;
            self.take_sign();
            let value = self.value(depth);
            if value.is_err() {
                self.tokens.push(name.clone());
            }
            members.push((name, value?));
            if self.take_end(b'}') {
                break;
            }
            self.take_sign();
        }
        members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
        match members.array_windows().find(|[(left, _), (right, _)]| left == right) {
            Some([(name, _), _]) => Err(SealError::DuplicateName { name: name.clone() }),
            None => Ok(Node::Object(members)),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Node, SealError> {
        self.take(1);
        if self.take_end(b']') {
            return self.leaf("[]".to_owned());
        }
        let depth = deeper(depth)?;
        let mut items = Vec::new();
        loop {
            let item = self.value(depth);
            if item.is_err() {
                self.tokens.push(items.len().to_string());
            }
            items.push(item?);
            if self.take_end(b']') {
                return Ok(Node::Array(items));
            }
            self.take_sign();
        }
    }

    /// A leaf, counted against the limit of fields.
    fn leaf(&mut self, text: String) -> Result<Node, SealError> {
        self.leaves_left = self.leaves_left.checked_sub(1).ok_or(SealError::Fields)?;
        Ok(Node::Leaf(text))
    }

    /// The first byte after white space.
    fn peek(&mut self) -> Option<u8> {
        let text = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.take(self.rest.len().saturating_sub(text.len()));
        text.as_bytes().first().copied()
    }

    /// Takes the end of a container, if it is next.
    fn take_end(&mut self, end: u8) -> bool {
        let is_end = self.peek() == Some(end);
        if is_end {
            self.take(1);
        }
        is_end
    }

    /// Takes a comma or a colon.
    fn take_sign(&mut self) {
        self.peek();
        self.take(1);
    }

    /// Takes a string.
    fn string(&mut self) -> Result<String, SealError> {
        let mut strings = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        let text = strings.next().transpose()?.unwrap_or_default();
        self.take(strings.byte_offset());
        Ok(text)
    }

    /// Takes a number, `true`, `false` or `null`.
    fn word(&mut self) -> &'t str {
        let end = self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r']);
        self.take(end.unwrap_or(self.rest.len()))
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        count_scanned(bytes);
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The JSON pointer of a fault (RFC 6901).
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.tokens.iter().rev().for_each(|token| push_token(&mut pointer, token));
        pointer
    }
}

/// The depth one level down.
fn deeper(depth: usize) -> Result<usize, SealError> {
    if depth < DEPTH_MAX { Ok(depth.saturating_add(1)) } else { Err(SealError::Depth) }
}

/// RFC 8785 section 3.2.2.2: only characters that must be escaped are. `serde_json` follows the same rule.
fn canonical_string(text: &str) -> String {
    serde_json::to_string(text).expect("serializing a string to memory cannot fail")
}

/// Counts bytes that were read, for the test of the cost.
#[cfg(test)]
fn count_scanned(bytes: usize) {
    tests::SCANNED.with(|scanned| scanned.set(scanned.get().saturating_add(bytes)));
}

#[cfg(not(test))]
const fn count_scanned(_bytes: usize) {}

#[cfg(test)]
mod tests;
