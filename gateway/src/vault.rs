//! The vault: keys of tenants and of the service under envelope encryption. Invariant: no key is stored in the clear,
//! and what was sealed for one row opens for no other.
//!
//! The key-encryption key ([`Keyring`]) never enters the database. It seals one data key per tenant; the data key seals
//! the tenant's signing key, subject key and one key per transaction. So changing the key-encryption key re-seals one
//! row per tenant, whatever the number of records.

mod envelope;
mod index_key;
mod keyring;
mod rotation;
mod store;
mod tenant_key;

#[cfg(test)]
mod tests;

pub use keyring::{Keyring, KeyringError};
pub use rotation::Resealed;
pub use tenant_key::TenantKeys;

use crate::tenant_id::TenantId;
use arc_swap::ArcSwap;
use chain_types::TxId;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tenant_key::DataKey;
use zeroize::Zeroizing;

/// Tenants whose keys are held open at once; others are read from their rows again.
pub const TENANTS_OPEN_MAX: usize = 10_000;

/// Keys of the newest transactions held open, so that the indexer in the same process need not ask for their rows.
pub const TRANSACTIONS_OPEN_MAX: usize = 20_000;

/// Why a sealed value does not open, or a key is not there.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The sealed bytes are damaged, belong to another row, or were sealed under a key this keyring does not hold.
    #[error("sealed {kind} does not open: {why}")]
    Sealed {
        /// The kind of row.
        kind: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The tenant has no keys.
    #[error("tenant {0} has no keys")]
    NoKeys(TenantId),
    /// The transaction has no key: its records were erased, or are not this tenant's.
    #[error("transaction {0} has no key")]
    Erased(TxId),
    /// The database failed.
    #[error("reading keys failed")]
    Database(#[from] sqlx::Error),
}

/// Seals, opens and caches keys. Cheap to share behind an [`Arc`].
pub struct Vault {
    keyring: ArcSwap<Keyring>,
    tenants: Cache<TenantId, Arc<TenantKeys>>,
    data_keys: Cache<TenantId, Arc<DataKey>>,
    transactions: Cache<TxId, Arc<Zeroizing<[u8; 32]>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Vault {
    /// A vault over a keyring.
    pub fn new(keyring: Keyring) -> Self {
        Self {
            keyring: ArcSwap::from_pointee(keyring),
            tenants: Cache::new(TENANTS_OPEN_MAX),
            data_keys: Cache::new(TENANTS_OPEN_MAX),
            transactions: Cache::new(TRANSACTIONS_OPEN_MAX),
        }
    }

    /// Seals a service secret for the row `(tenant, kind, id)` under the current key-encryption key.
    pub fn seal(&self, kind: &str, tenant: TenantId, id: impl AsRef<[u8]>, secret: &[u8]) -> Vec<u8> {
        self.keyring.load().seal(&envelope::associated(tenant, kind, id.as_ref()), secret)
    }

    /// Opens what [`Vault::seal`] sealed for the same row.
    ///
    /// # Errors
    /// [`VaultError::Sealed`].
    pub fn open(
        &self,
        kind: &str,
        tenant: TenantId,
        id: impl AsRef<[u8]>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.keyring
            .load()
            .open(&envelope::associated(tenant, kind, id.as_ref()), sealed)
            .map_err(|why| VaultError::Sealed { kind: kind.to_owned(), why })
    }

    /// Seals again, under the current key-encryption key, what an older one sealed; `None` when the current one did.
    ///
    /// # Errors
    /// [`VaultError::Sealed`].
    pub fn reseal(
        &self,
        kind: &str,
        tenant: TenantId,
        id: impl AsRef<[u8]>,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, VaultError> {
        if self.keyring.load().is_current(sealed) {
            return Ok(None);
        }
        let secret = self.open(kind, tenant, id.as_ref(), sealed)?;
        Ok(Some(self.seal(kind, tenant, id, &secret)))
    }

    /// Replaces the keyring while serving. Rows sealed under a key that the new one lacks no longer open, so the old
    /// key stays in the new keyring until [`Vault::reseal_tenant_keys`] has run.
    pub fn replace_keyring(&self, keyring: Keyring) {
        self.keyring.store(Arc::new(keyring));
    }
}

impl From<VaultError> for crate::error::ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Erased(_) => Self::new(
                &crate::error::code::ERASED,
                "The record's key was deleted. Its proof of existence remains; its content does not.",
            ),
            VaultError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
