//! SHA-256 digests with domain separation by tags [P1, hashes]. Invariant: different kinds of content never have the
//! same preimage. Each preimage begins with the length and the text of its tag.

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 digest (FIPS 180-4), 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 32 zero bytes: the root of an empty state tree.
    pub const ZERO: Self = Self([0; 32]);

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The kind of content of a digest. The tag is hashed before the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tag(&'static str);

impl Tag {
    /// A signed transaction header.
    pub const TRANSACTION: Self = Self("waymark/tx/1");
    /// A command: its core and its body's digest.
    pub const ENTRY: Self = Self("waymark/entry/1");
    /// The bytes of a public body.
    pub const BODY_PUBLIC: Self = Self("waymark/body-public/1");
    /// The ciphertext of a sealed body.
    pub const BODY_CIPHERTEXT: Self = Self("waymark/body-cipher/1");
    /// A body as a record commits to it.
    pub const BODY: Self = Self("waymark/body/1");
    /// The commitment to a sealed document's fields.
    pub const FIELDS: Self = Self("waymark/fields/1");
    /// A record: command, body digest and receipt.
    pub const RECORD: Self = Self("waymark/record/1");
    /// The records of a block: their count and their tree's root.
    pub const RECORDS: Self = Self("waymark/records/1");
    /// The transactions of a block.
    pub const TRANSACTIONS: Self = Self("waymark/transactions/1");
    /// A link of a stream's digest chain.
    pub const STREAM: Self = Self("waymark/stream/1");
    /// A stream's subject.
    pub const SUBJECT: Self = Self("waymark/subject/1");
    /// The home of a tenant's partition.
    pub const HOME: Self = Self("waymark/home/1");
    /// A key of the authenticated state.
    pub const STATE_KEY: Self = Self("waymark/state-key/1");
    /// A value of the authenticated state.
    pub const STATE_VALUE: Self = Self("waymark/state-value/1");
    /// A block's ordered write-set.
    pub const DELTA: Self = Self("waymark/delta/1");
    /// A block header.
    pub const HEADER: Self = Self("waymark/header/1");
    /// A validator's vote.
    pub const VOTE: Self = Self("waymark/vote/1");
    /// A validator set.
    pub const VALIDATORS: Self = Self("waymark/validators/1");
    /// A validator's deal of secret shares [P17, randomness].
    pub const DEAL: Self = Self("waymark/deal/1");
    /// The beacon's randomness and everything drawn from it [P17].
    pub const RANDOMNESS: Self = Self("waymark/randomness/1");
    /// A leader's promise to include transactions [P15, the league].
    pub const PROMISE: Self = Self("waymark/promise/1");
    /// A genesis document.
    pub const GENESIS: Self = Self("waymark/genesis/1");
    /// A slot of the seen-set.
    pub const SEEN: Self = Self("waymark/seen/1");
    /// The opening of a bundle (an atomic transaction across shards).
    pub const BUNDLE: Self = Self("waymark/bundle/1");
    /// A batch of signatures that are checked together.
    pub const BATCH: Self = Self("waymark/batch/1");
    /// A result that a thread caches, see [`crate::memo`].
    pub const MEMO: Self = Self("waymark/memo/1");

    /// The tag's text, ASCII, at most 127 bytes.
    pub const fn text(self) -> &'static str {
        self.0
    }
}

/// SHA-256 over `len(tag) as u8 || tag || parts...` [P1].
pub fn hash(tag: Tag, parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(tag);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// An incremental tagged SHA-256.
pub struct Hasher(Sha256);

impl Hasher {
    /// Starts a digest of the given kind.
    pub fn new(tag: Tag) -> Self {
        let mut inner = Sha256::new();
        let length = u8::try_from(tag.0.len()).unwrap_or(u8::MAX);
        inner.update([length]);
        inner.update(tag.0.as_bytes());
        Self(inner)
    }

    /// Appends bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// Untagged SHA-256, for the trees of RFC 9162, which have their own prefixes.
pub(crate) fn sha256(parts: &[&[u8]]) -> Digest {
    let mut inner = Sha256::new();
    for part in parts {
        inner.update(part);
    }
    Digest(inner.finalize().into())
}
