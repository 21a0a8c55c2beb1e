//! The vault: keys of tenants and of the service, under envelope encryption. Invariant: the database contains no
//! unencrypted key. A value encrypted for one row cannot be decrypted for another.
//!
//! The key-encryption key ([`Keyring`]) is never stored in the database. It encrypts one data key per tenant. The data
//! key encrypts the tenant's signing key, its subject key and one key per transaction. So replacing the key-encryption
//! key re-encrypts one row per tenant, whatever the number of records.

mod envelope;
mod index_key;
mod keyring;
mod rotation;
mod store;
mod tenant_key;

#[cfg(test)]
mod tests;

pub use keyring::{Keyring, KeyringError};
pub use rotation::{Resealed, SEALED_COLUMNS, SealedColumn, SealedUnder};
pub use tenant_key::TenantKeys;

use crate::tenant_id::TenantId;
use arc_swap::ArcSwap;
use chain_seal::SubjectKey;
use chain_types::TxId;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tenant_key::DataKey;
use zeroize::Zeroizing;

/// The maximum number of tenants whose keys are cached; others are read from their rows again.
pub const TENANTS_OPEN_MAX: usize = 10_000;

/// The maximum number of cached keys of the newest transactions. They save the indexer in the same process a query.
pub const TRANSACTIONS_OPEN_MAX: usize = 20_000;

/// Why a sealed value cannot be opened, or why a key is missing.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The sealed bytes are damaged, belong to another row, or need a key that this keyring lacks.
    #[error("cannot open sealed {kind}: {why}")]
    Sealed { kind: String, why: &'static str },
    /// The tenant has no keys.
    #[error("tenant {0} has no keys")]
    NoKeys(TenantId),
    /// The transaction has no key: its records were erased, or belong to another tenant.
    #[error("transaction {0} has no key")]
    Erased(TxId),
    /// A keyring lacks a key that sealed stored values.
    #[error(
        "{rows} rows of app.{table} are sealed with key {key_id}, which the file does not hold; add it, or seal again"
    )]
    KeyInUse { table: &'static str, rows: i64, key_id: String },
    /// The database failed.
    #[error("reading keys failed")]
    Database(#[from] sqlx::Error),
}

/// Encrypts (seals), decrypts (opens) and caches keys. Cheap to share behind an [`Arc`].
pub struct Vault {
    keyring: ArcSwap<Keyring>,
    tenants: Cache<TenantId, Arc<TenantKeys>>,
    data_keys: Cache<TenantId, Arc<DataKey>>,
    /// For the indexer, which cannot read all keys of a tenant.
    subjects: Cache<TenantId, SubjectKey>,
    transactions: Cache<TxId, Arc<Zeroizing<[u8; 32]>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Vault {
    /// Creates a vault over a keyring.
    pub fn new(keyring: Keyring) -> Self {
        Self {
            keyring: ArcSwap::from_pointee(keyring),
            tenants: Cache::new(TENANTS_OPEN_MAX),
            data_keys: Cache::new(TENANTS_OPEN_MAX),
            subjects: Cache::new(TENANTS_OPEN_MAX),
            transactions: Cache::new(TRANSACTIONS_OPEN_MAX),
        }
    }

    /// Seals a service secret for the row `(tenant, kind, id)` with the current key-encryption key.
    pub fn seal(&self, kind: &str, tenant: TenantId, id: impl AsRef<[u8]>, secret: &[u8]) -> Vec<u8> {
        self.keyring.load().seal(&envelope::associated(tenant, kind, id.as_ref()), secret)
    }

    /// Opens a value that [`Vault::seal`] sealed for the same row.
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

    /// Seals a value of an older key-encryption key again with the current one; `None` when the current one already
    /// sealed it.
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

    /// Replaces the keyring while requests are served. Rows sealed with a key that the new keyring lacks can no longer
    /// be opened: [`crate::operator::load_keyring`] checks for them.
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
