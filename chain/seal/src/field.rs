//! Splits a document into fields, the units of a commitment, each of which can be disclosed alone [P5, bodies].
//! Invariant: no pointer occurs twice. The list of (pointer, value) pairs determines the document, except for white
//! space, the order of members and the spelling of scalars.
//!
//! A JSON pointer does not distinguish `[1]` from `{"0":1}`. An object with a member whose name could be an array index
//! therefore adds a field for itself, with the value `{}`. Other objects add none.

use crate::{POINTER_BYTES_PER_DOCUMENT_MAX, RecordKey, SealError, node::Node, pointer::push_token};
use chain_types::{body::Field, limit};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Returns the fields of a JSON document, ascending by the bytes of their pointers (RFC 6901). A field is a scalar or
/// an empty container in canonical form [P5], with a salt that hides it. The salt is the first 16 bytes of HMAC-SHA256
/// of the pointer under the record's salt key.
///
/// # Errors
/// [`SealError`] when the document is not unambiguous JSON, or exceeds a limit.
pub fn fields(document: &[u8], key: &RecordKey) -> Result<Vec<Field>, SealError> {
    let root = Node::parse(document)?;
    let mac = Hmac::<Sha256>::new_from_slice(key.salt_key().as_ref()).expect("HMAC accepts keys of any length");
    let bytes_left = POINTER_BYTES_PER_DOCUMENT_MAX;
    let mut walk = Walk { mac, pointer: String::new(), bytes_left, fields: Vec::new() };
    walk.visit(root)?;
    if walk.fields.len() > limit::FIELDS_PER_DOCUMENT_MAX {
        return Err(SealError::Fields);
    }
    walk.fields.sort_unstable_by(|left, right| left.pointer.cmp(&right.pointer));
    Ok(walk.fields)
}

/// A walk over a document that collects its fields.
struct Walk {
    mac: Hmac<Sha256>,
    pointer: String,
    /// The bytes that the pointers of further fields may have.
    bytes_left: usize,
    fields: Vec<Field>,
}

impl Walk {
    fn visit(&mut self, node: Node) -> Result<(), SealError> {
        match node {
            Node::Leaf(value) => self.push(value),
            Node::Array(items) => {
                items.into_iter().enumerate().try_for_each(|(index, item)| self.descend(&index.to_string(), item))
            }
            Node::Object(members) => {
                if members.iter().any(|(name, _)| is_array_index(name)) {
                    self.push("{}".to_owned())?;
                }
                members.into_iter().try_for_each(|(name, value)| self.descend(&name, value))
            }
        }
    }

    fn descend(&mut self, token: &str, node: Node) -> Result<(), SealError> {
        let length = self.pointer.len();
        push_token(&mut self.pointer, token);
        self.visit(node)?;
        self.pointer.truncate(length);
        Ok(())
    }

    fn push(&mut self, value: String) -> Result<(), SealError> {
        self.bytes_left = self.bytes_left.checked_sub(self.pointer.len()).ok_or(SealError::Pointers)?;
        let tag: [u8; 32] = self.mac.clone().chain_update(self.pointer.as_bytes()).finalize().into_bytes().into();
        let mut salt = [0; 16];
        salt.iter_mut().zip(tag).for_each(|(to, from)| *to = from);
        self.fields.push(Field { salt, pointer: self.pointer.clone(), value });
        Ok(())
    }
}

/// RFC 6901 section 4: digits without a leading zero.
fn is_array_index(name: &str) -> bool {
    name == "0" || (!name.is_empty() && !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
