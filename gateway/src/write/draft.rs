//! A transaction before it is signed: entries with blinded subjects and sealed documents. Invariant: a function of the
//! request, the tenant's keys and one fresh key; an entry's document is sealed under the key of that entry's place.

use crate::{tenant_id::TenantId, vault::TenantKeys};
use chain_seal::{SealError, TransactionKey};
use chain_types::{Command, Digest, Entry, EntryCore, Mode, Subject};

/// A slice's transaction of a request.
#[derive(Debug)]
pub struct Draft<A> {
    /// The entries, in the order of the request.
    pub entries: Vec<Entry>,
    /// Whether they stand or fall together.
    pub mode: Mode,
    /// Where they stand in the request: see [`crate::operation::OperationRecord::pointer`].
    pub pointer: &'static str,
    /// The slice's part of the answer, which a repeated request gets again.
    pub answer: A,
}

/// Makes the entries of one transaction of a tenant.
#[derive(Debug)]
pub struct EntrySealer<'k> {
    tenant: TenantId,
    keys: &'k TenantKeys,
    transaction_key: &'k TransactionKey,
    entries: Vec<Entry>,
    next: u32,
}

impl<'k> EntrySealer<'k> {
    /// A sealer without entries.
    pub fn new(tenant: TenantId, keys: &'k TenantKeys, transaction_key: &'k TransactionKey) -> Self {
        Self { tenant, keys, transaction_key, entries: Vec::new(), next: 0 }
    }

    /// The subject `id` of a kind (`chain_types::stream::kind`), blinded for the tenant.
    pub fn subject(&self, kind: &str, id: &str) -> Subject {
        self.keys.subject.subject(self.tenant.on_ledger(), kind, id)
    }

    /// The tenant's digest of a document's content; equal for equal JSON values.
    ///
    /// # Errors
    /// When the document is no JSON that can be sealed.
    pub fn content_digest(&self, document: &[u8]) -> Result<Digest, SealError> {
        self.keys.subject.content_digest(document)
    }

    /// Adds a command about `subjects`, in any order, with the document that it records.
    ///
    /// # Errors
    /// When the document is no JSON that can be sealed.
    pub fn push(&mut self, mut subjects: Vec<Subject>, command: Command, document: &[u8]) -> Result<(), SealError> {
        let body = chain_seal::seal(document, &self.transaction_key.record_key(self.next))?;
        // One identifier may stand in several places of a document.
        subjects.sort_unstable();
        subjects.dedup();
        self.entries.push(Entry { core: EntryCore { subjects, command }, body });
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// The entries added.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}
