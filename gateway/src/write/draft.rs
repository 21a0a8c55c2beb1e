//! A transaction before it is signed: entries with blinded subjects and sealed documents. Invariant: the draft depends
//! only on the request, the tenant's keys and one new key. Each document is sealed with the key of its entry's index.

use crate::{operation::Refused, tenant_id::TenantId, vault::TenantKeys};
use chain_seal::{SealError, TransactionKey};
use chain_types::{Command, Digest, Entry, EntryCore, Mode, Subject};

/// The unsigned transaction that a domain makes of a request.
#[derive(Debug)]
pub struct Draft<A> {
    /// The entries, in the order of the request. Without any, the write is decided when it is accepted.
    pub entries: Vec<Entry>,
    /// Whether the entries are all applied or all rejected.
    pub mode: Mode,
    /// The position of the entries in the request: see [`crate::operation::OperationRecord::pointer`].
    pub pointer: &'static str,
    /// The parts of the request that did not become entries, in order.
    pub refused: Vec<Refused>,
    /// The domain's part of the response, which is stored for repeated requests.
    pub answer: A,
}

/// Builds the entries of one transaction of a tenant.
#[derive(Debug)]
pub struct EntrySealer<'k> {
    tenant: TenantId,
    keys: &'k TenantKeys,
    transaction_key: &'k TransactionKey,
    entries: Vec<Entry>,
    next: u32,
}

impl<'k> EntrySealer<'k> {
    /// Creates a sealer without entries.
    pub fn new(tenant: TenantId, keys: &'k TenantKeys, transaction_key: &'k TransactionKey) -> Self {
        Self { tenant, keys, transaction_key, entries: Vec::new(), next: 0 }
    }

    /// Returns the subject `id` of a kind (`chain_types::stream::kind`), blinded for the tenant.
    pub fn subject(&self, kind: &str, id: &str) -> Subject {
        self.keys.subject.subject(self.tenant.on_ledger(), kind, id)
    }

    /// Returns the tenant's digest of a document's content. Equal JSON values have equal digests.
    ///
    /// # Errors
    /// The document is not JSON that can be sealed.
    pub fn content_digest(&self, document: &[u8]) -> Result<Digest, SealError> {
        self.keys.subject.content_digest(document)
    }

    /// Adds a command with its subjects, in any order, and the document that it records.
    ///
    /// # Errors
    /// The document is not JSON that can be sealed.
    pub fn push(&mut self, mut subjects: Vec<Subject>, command: Command, document: &[u8]) -> Result<(), SealError> {
        let body = chain_seal::seal(document, &self.transaction_key.record_key(self.next))?;
        // One identifier may occur several times in a document.
        subjects.sort_unstable();
        subjects.dedup();
        self.entries.push(Entry { core: EntryCore { subjects, command }, body });
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Returns the entries.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}
