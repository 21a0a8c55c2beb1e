//! Transactions [P3]: what a tenant signs. Invariant: the transaction's id is the digest of exactly the signed bytes,
//! and those commit to every command, so nothing unsigned can change what a transaction is.

use crate::{
    body::Body,
    digest::{Digest, Tag, hash},
    id::{ChainId, TenantId, TimestampMs},
    limit, merkle,
    signature::{Claim, Namespace, PublicKey, SecretKey, Signature},
    slice::Command,
    state::{Slot, StreamKey, TypedKey},
    stream::{StreamHead, Subject},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// A transaction's id: the digest of its signed header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct TxId(pub Digest);

impl fmt::Display for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whether the commands stand or fall together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Mode {
    /// One rejected command rejects all.
    Atomic,
    /// Each command has its own outcome.
    Independent,
}

/// The signed part of a transaction.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct TransactionHeader {
    /// The chain it is for.
    pub chain_id: ChainId,
    /// The tenant it acts for.
    pub tenant: TenantId,
    /// The key that signs; it must be an author of the tenant.
    pub author: PublicKey,
    /// Blocks of this time or later refuse it; at most [`limit::VALIDITY_MS_MAX`] ahead of block time.
    pub valid_until_ms: TimestampMs,
    /// Distinguishes equal transactions.
    pub salt: [u8; 16],
    /// Whether the commands stand or fall together.
    pub mode: Mode,
    /// The number of commands.
    pub entry_count: u32,
    /// The root of the Merkle tree over [`Entry::leaf`].
    pub entries_root: Digest,
}

impl TransactionHeader {
    /// The id: the digest of this header's encoding, which is what the author signs.
    pub fn id(&self) -> TxId {
        TxId(hash(Tag::TRANSACTION, &[&crate::codec::encode(self)]))
    }
}

/// A command without its body: what the ledger's law decides on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct EntryCore {
    /// What the record is about, strictly ascending, at most [`limit::SUBJECTS_PER_RECORD_MAX`] [P6].
    pub subjects: Vec<Subject>,
    /// What it does.
    pub command: Command,
}

/// A command with the document that it records.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// What the law decides on.
    pub core: EntryCore,
    /// The document, public or sealed.
    pub body: Body,
}

/// The leaf of a command in its transaction's tree: `leaf(H(core || body digest))`.
pub fn entry_leaf(core: &[u8], body: &Digest) -> Digest {
    merkle::leaf_hash(&hash(Tag::ENTRY, &[core, &body.0]).0)
}

impl Entry {
    /// The leaf of this command in its transaction's tree.
    pub fn leaf(&self) -> Digest {
        entry_leaf(&crate::codec::encode(&self.core), &self.body.digest())
    }
}

/// A signed transaction.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Transaction {
    /// The signed part.
    pub header: TransactionHeader,
    /// The author's signature of the header's id.
    pub signature: Signature,
    /// The commands that the header commits to, 1 to [`limit::ENTRIES_PER_TRANSACTION_MAX`].
    pub entries: Vec<Entry>,
}

/// A fault that a transaction shows by itself, without any state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TransactionError {
    /// No commands, or too many.
    #[error("a transaction carries 1 to {} commands", limit::ENTRIES_PER_TRANSACTION_MAX)]
    EntryCount,
    /// The header's count or root is not that of the commands.
    #[error("the signed header does not commit to these commands")]
    EntriesRoot,
    /// Subjects are not strictly ascending, or too many.
    #[error("subjects are strictly ascending and at most {}", limit::SUBJECTS_PER_RECORD_MAX)]
    Subjects,
    /// A body is too large.
    #[error("a body is at most {} bytes", limit::BODY_BYTES_MAX)]
    BodySize,
    /// The transaction is too large.
    #[error("a transaction is at most {} bytes", limit::TRANSACTION_BYTES_MAX)]
    Size,
}

impl TransactionError {
    /// All of them.
    pub const ALL: &[Self] = &[Self::EntryCount, Self::EntriesRoot, Self::Subjects, Self::BodySize, Self::Size];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EntryCount => "ledger.entry_count",
            Self::EntriesRoot => "ledger.entries_root",
            Self::Subjects => "ledger.subjects",
            Self::BodySize => "ledger.body_too_large",
            Self::Size => "ledger.transaction_too_large",
        }
    }
}

/// What a tenant decides about a transaction before signing.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The chain it is for.
    pub chain_id: ChainId,
    /// The tenant it acts for.
    pub tenant: TenantId,
    /// See [`TransactionHeader::valid_until_ms`].
    pub valid_until_ms: TimestampMs,
    /// See [`TransactionHeader::salt`].
    pub salt: [u8; 16],
    /// See [`Mode`].
    pub mode: Mode,
}

impl Draft {
    /// Signs commands as one transaction.
    pub fn sign(self, key: &SecretKey, entries: Vec<Entry>) -> Transaction {
        let leaves: Vec<_> = entries.iter().map(Entry::leaf).collect();
        let header = TransactionHeader {
            chain_id: self.chain_id,
            tenant: self.tenant,
            author: key.public_key(),
            valid_until_ms: self.valid_until_ms,
            salt: self.salt,
            mode: self.mode,
            entry_count: u32::try_from(entries.len()).unwrap_or(u32::MAX),
            entries_root: merkle::root(&leaves),
        };
        let signature = key.sign(Namespace::TRANSACTION, &header.id().0);
        Transaction { header, signature, entries }
    }
}

/// A transaction whose shape was checked, with the digests that every later stage needs. Only [`Transaction::check`]
/// makes one, so holding it proves the check; the signature is still a [`Claim`].
#[derive(Clone, Debug)]
pub struct CheckedTransaction {
    transaction: Transaction,
    id: TxId,
    parts: Vec<EntryDigest>,
    bytes: usize,
}

/// What a command hashes to, computed once.
#[derive(Clone, Debug)]
pub struct EntryDigest {
    /// The canonical encoding of the core.
    pub core: Vec<u8>,
    /// The body's digest.
    pub body: Digest,
    /// Its subjects' streams in the state, in the subjects' order.
    pub streams: Vec<Slot<StreamHead>>,
}

impl Transaction {
    /// Checks everything that needs no state and no signature arithmetic.
    ///
    /// # Errors
    /// [`TransactionError`] names the first fault.
    pub fn check(self) -> Result<CheckedTransaction, TransactionError> {
        let count = self.entries.len();
        if count == 0 || count > limit::ENTRIES_PER_TRANSACTION_MAX {
            return Err(TransactionError::EntryCount);
        }
        let mut parts = Vec::with_capacity(count);
        let mut leaves = Vec::with_capacity(count);
        let mut bytes = 256_usize;
        for entry in &self.entries {
            if entry.core.subjects.len() > limit::SUBJECTS_PER_RECORD_MAX
                || !entry.core.subjects.is_sorted_by(|left, right| left < right)
            {
                return Err(TransactionError::Subjects);
            }
            if entry.body.len() > limit::BODY_BYTES_MAX {
                return Err(TransactionError::BodySize);
            }
            let tenant = self.header.tenant;
            let streams = entry.core.subjects.iter().map(|subject| StreamKey(tenant, *subject).slot());
            let part = EntryDigest {
                core: crate::codec::encode(&entry.core),
                body: entry.body.digest(),
                streams: streams.collect(),
            };
            bytes = bytes.saturating_add(part.core.len()).saturating_add(entry.body.len()).saturating_add(64);
            leaves.push(entry_leaf(&part.core, &part.body));
            parts.push(part);
        }
        if bytes > limit::TRANSACTION_BYTES_MAX {
            return Err(TransactionError::Size);
        }
        if usize::try_from(self.header.entry_count) != Ok(count) || merkle::root(&leaves) != self.header.entries_root {
            return Err(TransactionError::EntriesRoot);
        }
        Ok(CheckedTransaction { id: self.header.id(), transaction: self, parts, bytes })
    }
}

impl CheckedTransaction {
    /// The id.
    pub const fn id(&self) -> TxId {
        self.id
    }

    /// An upper estimate of the encoded size in bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The transaction.
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Gives the transaction back.
    pub fn into_transaction(self) -> Transaction {
        self.transaction
    }

    /// The digests of each command, in order.
    pub fn parts(&self) -> &[EntryDigest] {
        &self.parts
    }

    /// The claim that the author signed it.
    pub const fn claim(&self) -> Claim {
        Claim { key: self.transaction.header.author, digest: self.id.0, signature: self.transaction.signature }
    }
}
