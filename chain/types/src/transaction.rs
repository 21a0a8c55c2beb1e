//! Transactions: lists of commands under one signature of a tenant [P3, transactions]. Invariant: a transaction's id is
//! the digest of exactly the signed bytes. The signed bytes commit to every command and every body.

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

/// The dependency between the commands of a transaction.
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
    pub chain_id: ChainId,
    /// The tenant that the author acts for.
    pub tenant: TenantId,
    /// The key that signs. It must be an author of the tenant.
    pub author: PublicKey,
    /// Blocks with this time or a later one refuse the transaction. At most [`limit::VALIDITY_MS_MAX`] ahead of block
    /// time.
    pub valid_until_ms: TimestampMs,
    /// Makes otherwise equal transactions distinct.
    pub salt: [u8; 16],
    pub mode: Mode,
    /// The number of commands.
    pub entry_count: u32,
    /// The root of the Merkle tree over [`Entry::leaf`].
    pub entries_root: Digest,
}

impl TransactionHeader {
    /// The transaction's id: the digest of this header's encoding, which the author signs.
    pub fn id(&self) -> TxId {
        TxId(hash(Tag::TRANSACTION, &[&crate::codec::encode(self)]))
    }
}

/// A command without its body. Execution depends on this part alone.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct EntryCore {
    /// The subjects of the record, strictly ascending, at most [`limit::SUBJECTS_PER_RECORD_MAX`] [P6, streams].
    pub subjects: Vec<Subject>,
    pub command: Command,
}

/// A command with the document that it records.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// The part that execution depends on.
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

/// Faults of a transaction that can be detected without any state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TransactionError {
    /// No commands, or too many.
    #[error("a transaction carries 1 to {} commands", limit::ENTRIES_PER_TRANSACTION_MAX)]
    EntryCount,
    /// The header's count or root does not match the commands.
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
    /// All variants.
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

/// The fields of a header that a tenant chooses before signing.
#[derive(Clone, Debug)]
pub struct Draft {
    pub chain_id: ChainId,
    /// The tenant that the author acts for.
    pub tenant: TenantId,
    /// See [`TransactionHeader::valid_until_ms`].
    pub valid_until_ms: TimestampMs,
    /// See [`TransactionHeader::salt`].
    pub salt: [u8; 16],
    pub mode: Mode,
}

impl Draft {
    /// Signs the commands as one transaction.
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

/// A transaction whose shape was checked, with the digests that all later stages need. Only [`Transaction::check`]
/// makes one. The signature is not checked yet, see [`Self::claim`].
#[derive(Clone, Debug)]
pub struct CheckedTransaction {
    transaction: Transaction,
    id: TxId,
    parts: Vec<EntryDigest>,
    bytes: usize,
}

/// The digests of a command, computed once.
#[derive(Clone, Debug)]
pub struct EntryDigest {
    /// The canonical encoding of the core.
    pub core: Vec<u8>,
    /// The body's digest.
    pub body: Digest,
    /// The state slots of its subjects' streams, in the order of the subjects.
    pub streams: Vec<Slot<StreamHead>>,
}

impl Transaction {
    /// Checks everything that needs neither state nor a signature check.
    ///
    /// # Errors
    /// [`TransactionError`], naming the first fault.
    pub fn check(self) -> Result<CheckedTransaction, TransactionError> {
        let count = self.entries.len();
        if count == 0 || count > limit::ENTRIES_PER_TRANSACTION_MAX {
            return Err(TransactionError::EntryCount);
        }
        let mut parts = Vec::with_capacity(count);
        let mut leaves = Vec::with_capacity(count);
        // Upper bounds: 256 bytes for header and signature, and 64 for the body's own members in each entry.
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
    pub const fn id(&self) -> TxId {
        self.id
    }

    /// An upper bound of the encoded size in bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Returns the transaction.
    pub fn into_transaction(self) -> Transaction {
        self.transaction
    }

    /// The digests of each command, in order.
    pub fn parts(&self) -> &[EntryDigest] {
        &self.parts
    }

    /// The claim that the author signed the transaction, to be verified.
    pub const fn claim(&self) -> Claim {
        Claim { key: self.transaction.header.author, digest: self.id.0, signature: self.transaction.signature }
    }
}
