//! Bodies: the documents of records, public or sealed (encrypted) [P5, bodies]. Invariant: a record commits to digests
//! of its body. A verifier needs no ciphertext, so a sealed record stays provable after its key was deleted.

use crate::{
    digest::{Digest, Tag, hash},
    limit, merkle,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A document, public or sealed under a key that the ledger never receives.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Body {
    /// Anyone may read it.
    Public(Vec<u8>),
    /// Only holders of the record key may read it.
    Sealed {
        /// AES-256-GCM ciphertext with its 16-byte tag. Each key is used once, so the nonce is fixed.
        ciphertext: Vec<u8>,
        /// The commitment to the document's fields, see [`fields_commitment`].
        commitment: Digest,
    },
}

/// A body reduced to its digests. The record commits to its digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum BodySeal {
    /// The digest of a public body's bytes.
    Public {
        /// `H(bytes)`.
        bytes_digest: Digest,
    },
    /// The digests of a sealed body.
    Sealed {
        /// The commitment to the fields.
        commitment: Digest,
        /// `H(ciphertext)`.
        ciphertext_digest: Digest,
    },
}

impl BodySeal {
    /// The digest that the record commits to.
    pub fn digest(&self) -> Digest {
        hash(Tag::BODY, &[&crate::codec::encode(self)])
    }
}

impl Body {
    /// The body without its bytes.
    pub fn seal(&self) -> BodySeal {
        match self {
            Self::Public(bytes) => BodySeal::Public { bytes_digest: hash(Tag::BODY_PUBLIC, &[bytes]) },
            Self::Sealed { ciphertext, commitment } => BodySeal::Sealed {
                commitment: *commitment,
                ciphertext_digest: hash(Tag::BODY_CIPHERTEXT, &[ciphertext]),
            },
        }
    }

    /// The digest that the record commits to.
    pub fn digest(&self) -> Digest {
        self.seal().digest()
    }

    /// The number of bytes of the document or ciphertext.
    pub fn len(&self) -> usize {
        match self {
            Self::Public(bytes) => bytes.len(),
            Self::Sealed { ciphertext, .. } => ciphertext.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One field of a sealed document.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Field {
    /// 16 bytes derived from the record key and the pointer. They hide the value until it is disclosed.
    pub salt: [u8; 16],
    /// The JSON pointer of the value (RFC 6901).
    pub pointer: String,
    /// The value, a scalar or an empty container, as canonical JSON: RFC 8785, but with all digits of numbers.
    pub value: String,
}

impl Field {
    /// The field's leaf hash.
    pub fn leaf(&self) -> Digest {
        merkle::leaf_hash(&crate::codec::encode(self))
    }
}

/// The commitment to a document: the digest of the number of its fields and of the Merkle root over their leaves. The
/// leaves are in ascending order of the pointers' bytes. `None` when there are more than
/// [`limit::FIELDS_PER_DOCUMENT_MAX`].
pub fn fields_commitment(leaves: &[Digest]) -> Option<Digest> {
    if leaves.len() > limit::FIELDS_PER_DOCUMENT_MAX {
        return None;
    }
    let count = u32::try_from(leaves.len()).ok()?;
    Some(hash(Tag::FIELDS, &[&count.to_le_bytes(), &merkle::root(leaves).0]))
}
