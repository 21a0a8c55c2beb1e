//! A tenant's subject key: derives blinds of subjects and keyed digests of content [P6, subjects]. Invariant: without
//! the key, nobody can test a guess against a subject or a content digest. The blind of one id allows testing that id
//! only.
//!
//! ```text
//! blind   = HMAC-SHA256(key, "waymark/subject-blind/1" || len(kind) as 1 byte || kind || id)
//! content = HMAC-SHA256(key, "waymark/content/1"       || canonical form of the document)
//! ```
//! Neither label is a prefix of the other, so the two uses never hash the same message.

use crate::{SealError, node::Node};
use chain_types::{Digest, Subject, TenantId};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

const BLIND: &[u8] = b"waymark/subject-blind/1";
const CONTENT: &[u8] = b"waymark/content/1";

/// A tenant's key for subjects. It never changes, because equal ids must give equal subjects.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SubjectKey([u8; 32]);

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

impl SubjectKey {
    /// Wraps 32 bytes from a cryptographic random source or from the vault.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, for the vault to encrypt.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The blind of an id. Disclosed together with the id it proves the subject, and reveals nothing about other ids.
    /// `kind` is one of [`chain_types::stream::kind`].
    pub fn blind(&self, kind: &str, id: &str) -> [u8; 32] {
        let length = u8::try_from(kind.len()).unwrap_or(u8::MAX);
        self.mac(&[BLIND, &[length], kind.as_bytes(), id.as_bytes()])
    }

    /// The subject digest of an id.
    pub fn subject(&self, tenant: TenantId, kind: &str, id: &str) -> Subject {
        Subject::of(tenant, kind, id, &self.blind(kind, id))
    }

    /// The keyed digest of a JSON document's content. Documents that differ only in white space, order of members, or
    /// spelling of strings and numbers have equal digests. Numbers are compared by their exact decimal values.
    ///
    /// # Errors
    /// [`SealError`] when the document is not unambiguous JSON, or exceeds a limit.
    pub fn content_digest(&self, document: &[u8]) -> Result<Digest, SealError> {
        Ok(Digest(self.mac(&[CONTENT, Node::parse(document)?.canonical().as_bytes()])))
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC accepts keys of any length");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
