//! A tenant's subject key: blinds for what records are about, and keyed digests of content [P6]. Invariant: without the
//! key, neither a subject nor a content digest can be tested against a guess; with the blind of one id, only that id.
//!
//! ```text
//! blind   = HMAC-SHA256(key, "waymark/subject-blind/1" || len(kind) as 1 byte || kind || id)
//! content = HMAC-SHA256(key, "waymark/content/1"       || canonical form of the document)
//! ```
//! Neither label begins with the other, so no two messages under one key are equal.

use crate::{SealError, node::Node};
use chain_types::{Digest, Subject, TenantId};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

const BLIND: &[u8] = b"waymark/subject-blind/1";
const CONTENT: &[u8] = b"waymark/content/1";

/// A key that each tenant has one of, for as long as it lives: equal ids must give equal subjects.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SubjectKey([u8; 32]);

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

impl SubjectKey {
    /// Takes 32 bytes from a cryptographic random source, or from the vault.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, for the vault to wrap.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The blind of an id: disclosed with an id, it proves the subject and says nothing about any other.
    /// `kind` is one of [`chain_types::stream::kind`].
    pub fn blind(&self, kind: &str, id: &str) -> [u8; 32] {
        let length = u8::try_from(kind.len()).unwrap_or(u8::MAX);
        self.mac(&[BLIND, &[length], kind.as_bytes(), id.as_bytes()])
    }

    /// The subject of an id.
    pub fn subject(&self, tenant: TenantId, kind: &str, id: &str) -> Subject {
        Subject::of(tenant, kind, id, &self.blind(kind, id))
    }

    /// The keyed digest of a JSON document's content: equal for documents that differ only in white space, order of
    /// members, and spelling of strings and numbers. Numbers are compared by their exact decimal values.
    ///
    /// # Errors
    /// [`SealError`] when the document is not JSON that every reader understands alike, or exceeds a limit.
    pub fn content_digest(&self, document: &[u8]) -> Result<Digest, SealError> {
        Ok(Digest(self.mac(&[CONTENT, Node::parse(document)?.canonical().as_bytes()])))
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
