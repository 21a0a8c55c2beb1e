//! Opens the bodies of applied records, and recognises their subjects, with keys from the vault. Invariant: a batch
//! requests a key at most once. A transaction whose key is requested has an applied record with a sealed body.

#[cfg(test)]
mod tests;

use crate::{
    batch::{AppliedRecord, CheckedBlock},
    source::{KeyVault, VaultError},
};
use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{Body, TenantId, TxId};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The keys of a batch.
#[derive(Debug)]
pub(crate) struct Keys {
    /// By transaction; `None` for a deleted key.
    transactions: BTreeMap<(TenantId, TxId), Option<TransactionKey>>,
    /// By tenant; `None` for a tenant of another vault.
    subjects: BTreeMap<TenantId, Option<SubjectKey>>,
}

/// The document of a record.
#[derive(Debug)]
pub(crate) enum Document {
    Open(Vec<u8>),
    /// Its key was deleted.
    Erased,
    /// Its body does not open: its author sealed something else, or under another key.
    Unreadable,
}

impl Keys {
    /// Requests the keys that the records of blocks need.
    pub(crate) async fn of(
        blocks: &[CheckedBlock],
        connection: &mut PgConnection,
        vault: &dyn KeyVault,
    ) -> Result<Self, VaultError> {
        let wanted = wanted(blocks);
        let keys = if wanted.is_empty() { Vec::new() } else { vault.transaction_keys(connection, &wanted).await? };
        assert_eq!(keys.len(), wanted.len(), "the vault returns one answer per requested transaction");
        let tenants = tenants(blocks);
        let blinds = if tenants.is_empty() { Vec::new() } else { vault.subject_keys(connection, &tenants).await? };
        assert_eq!(blinds.len(), tenants.len(), "the vault returns one answer per requested tenant");
        Ok(Self {
            transactions: wanted.into_iter().zip(keys).collect(),
            subjects: tenants.into_iter().zip(blinds).collect(),
        })
    }

    /// The key that blinds a tenant's subjects.
    pub(crate) fn subject_key(&self, tenant: TenantId) -> Option<&SubjectKey> {
        self.subjects.get(&tenant)?.as_ref()
    }

    /// Opens the body of a record.
    pub(crate) fn open(&self, record: &AppliedRecord<'_>) -> Document {
        let body = &record.entry.body;
        match (body, self.transactions.get(&(record.tenant, record.tx_id))) {
            (Body::Public(bytes), _) => Document::Open(bytes.clone()),
            (Body::Sealed { .. }, Some(Some(key))) => {
                let opened = chain_seal::open(body, &key.record_key(record.command_index));
                opened.map_or(Document::Unreadable, Document::Open)
            }
            (Body::Sealed { .. }, _) => Document::Erased,
        }
    }
}

/// The transactions whose keys are needed.
fn wanted(blocks: &[CheckedBlock]) -> Vec<(TenantId, TxId)> {
    let transactions = blocks.iter().flat_map(|block| &block.transactions);
    transactions.filter(|transaction| transaction.needs_key).map(|it| (it.tenant, it.tx_id)).collect()
}

/// The tenants of the transactions.
fn tenants(blocks: &[CheckedBlock]) -> Vec<TenantId> {
    let tenants = blocks.iter().flat_map(|block| &block.transactions).map(|transaction| transaction.tenant);
    tenants.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Applied records of a slice whose rows lack what their events should give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Skipped {
    /// Records whose key was deleted. They have no row.
    pub(crate) erased: u64,
    /// Records whose body does not open or does not match its event. Their rows say so. Only a tenant that signs for
    /// itself can produce one.
    pub(crate) unreadable: u64,
}

impl Skipped {
    /// Adds to the metrics of a slice.
    pub(crate) fn report(self, slice: &'static str) {
        metrics::counter!(format!("index_{slice}_erased_total")).increment(self.erased);
        metrics::counter!(format!("index_{slice}_unreadable_total")).increment(self.unreadable);
    }
}
