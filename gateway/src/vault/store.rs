//! Creates, reads and caches the keys of tenants and transactions. Invariant: a tenant's keys are created once, in the
//! transaction that creates the tenant.

use super::{
    TenantKeys, Vault, VaultError,
    tenant_key::{DataKey, fixed},
};
use crate::tenant_id::TenantId;
use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{SecretKey, TxId};
use sqlx::PgConnection;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The kinds of a tenant's keys in `app.tenant_key`.
pub(super) const DATA: &str = "data";
const SIGNING: &str = "signing";
pub(super) const SUBJECT: &str = "subject";

impl Vault {
    /// Creates a tenant's keys and inserts their rows. Nothing is cached, because the caller has not committed yet.
    ///
    /// # Errors
    /// [`VaultError::Database`], for example when the tenant already has keys.
    pub async fn create_tenant_keys(
        &self,
        conn: &mut PgConnection,
        tenant: TenantId,
    ) -> Result<TenantKeys, VaultError> {
        let (keys, rows) = self.make_tenant_keys(tenant);
        for (kind, sealed) in rows {
            sqlx::query("INSERT INTO app.tenant_key (tenant_id, kind, sealed) VALUES ($1, $2, $3)")
                .bind(tenant)
                .bind(kind)
                .bind(sealed)
                .execute(&mut *conn)
                .await?;
        }
        Ok(keys)
    }

    /// Generates new keys of a tenant, and the rows that hold them.
    pub(crate) fn make_tenant_keys(&self, tenant: TenantId) -> (TenantKeys, [(&'static str, Vec<u8>); 3]) {
        let [data, signing, subject] = std::array::from_fn(|_| {
            let mut bytes = Zeroizing::new([0_u8; 32]);
            rand::fill(&mut *bytes);
            bytes
        });
        let sealed_data = self.seal(DATA, tenant, b"", &*data);
        let data = Arc::new(DataKey::new(tenant, data));
        let rows =
            [(DATA, sealed_data), (SIGNING, data.seal(SIGNING, &*signing)), (SUBJECT, data.seal(SUBJECT, &*subject))];
        let signing = SecretKey::from_seed(&signing);
        (TenantKeys { signing, subject: SubjectKey::from_bytes(*subject), data }, rows)
    }

    /// Returns a tenant's keys, from the cache if possible. `conn` is in a transaction of this tenant.
    ///
    /// # Errors
    /// [`VaultError::NoKeys`], [`VaultError::Sealed`], [`VaultError::Database`].
    pub async fn tenant_keys(&self, conn: &mut PgConnection, tenant: TenantId) -> Result<Arc<TenantKeys>, VaultError> {
        if let Some(keys) = self.cached_tenant_keys(tenant) {
            return Ok(keys);
        }
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, sealed FROM app.tenant_key WHERE tenant_id = $1")
                .bind(tenant)
                .fetch_all(conn)
                .await?;
        let row = |kind: &str| {
            rows.iter().find(|(name, _)| name == kind).map(|(_, sealed)| &**sealed).ok_or(VaultError::NoKeys(tenant))
        };
        let data = self.open_data_key(tenant, row(DATA)?)?;
        let open = |kind: &str| {
            data.open(kind, row(kind)?).ok_or(VaultError::Sealed { kind: kind.to_owned(), why: "it is damaged" })
        };
        let keys = Arc::new(TenantKeys {
            signing: SecretKey::from_seed(&*open(SIGNING)?),
            subject: SubjectKey::from_bytes(*open(SUBJECT)?),
            data: Arc::clone(&data),
        });
        self.tenants.insert(tenant, Arc::clone(&keys));
        self.data_keys.insert(tenant, data);
        Ok(keys)
    }

    /// Returns a tenant's keys if they are in the cache.
    pub fn cached_tenant_keys(&self, tenant: TenantId) -> Option<Arc<TenantKeys>> {
        self.tenants.get(&tenant)
    }

    /// Decrypts a tenant's data key.
    pub(super) fn open_data_key(&self, tenant: TenantId, sealed: &[u8]) -> Result<Arc<DataKey>, VaultError> {
        let bytes = self.open(DATA, tenant, b"", sealed)?;
        let bytes =
            fixed(&bytes).ok_or(VaultError::Sealed { kind: DATA.to_owned(), why: "it is not 32 bytes long" })?;
        Ok(Arc::new(DataKey::new(tenant, bytes)))
    }

    /// Caches the key of a transaction that was just committed, for the indexer of this process.
    pub fn cache_transaction_key(&self, tx_id: TxId, key: &[u8; 32]) {
        self.transactions.insert(tx_id, Arc::new(Zeroizing::new(*key)));
    }

    /// Returns the keys of one tenant's transactions, in the order of `tx_ids`; `None` where the key was deleted.
    /// Always reads the rows, so an erased record is never served from the cache.
    ///
    /// # Errors
    /// Those of [`Vault::tenant_keys`].
    pub async fn transaction_keys_of(
        &self,
        conn: &mut PgConnection,
        tenant: TenantId,
        tx_ids: &[TxId],
    ) -> Result<Vec<Option<TransactionKey>>, VaultError> {
        let keys = self.tenant_keys(&mut *conn, tenant).await?;
        let wanted: Vec<Vec<u8>> = tx_ids.iter().map(|tx_id| tx_id.0.as_bytes().to_vec()).collect();
        let rows: Vec<(Option<Vec<u8>>,)> = sqlx::query_as(
            "SELECT k.sealed FROM unnest($2::bytea[]) WITH ORDINALITY AS wanted (tx_id, place)
             LEFT JOIN app.transaction_key k ON k.tenant_id = $1 AND k.tx_id = wanted.tx_id ORDER BY wanted.place",
        )
        .bind(tenant)
        .bind(wanted)
        .fetch_all(conn)
        .await?;
        tx_ids
            .iter()
            .zip(rows)
            .map(|(tx_id, (sealed,))| {
                let Some(sealed) = sealed else { return Ok(None) };
                let key = keys.data.open_transaction_key(*tx_id, &sealed);
                key.map(Some).ok_or(VaultError::Sealed { kind: "transaction key".to_owned(), why: "it is damaged" })
            })
            .collect()
    }
}
