//! Re-encrypts tenants' data keys under a new key-encryption key, while requests are served. Invariant: a keyring with
//! both keys opens every row at any time. A row is replaced only by the same secret, and only if nobody replaced it
//! meanwhile.

use super::{Vault, VaultError, store::DATA};
use crate::tenant_id::TenantId;
use sqlx::PgPool;

/// The number of rows per batch.
const BATCH_ROWS_MAX: i64 = 500;

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// The number of rows read.
    pub seen: u64,
    /// The number of rows sealed again.
    pub resealed: u64,
}

impl Vault {
    /// Seals every tenant's data key again with the current key-encryption key. Can be interrupted and repeated.
    ///
    /// # Errors
    /// [`VaultError`] at the first row that cannot be opened. Batches before it are committed.
    pub async fn reseal_tenant_keys(&self, pool: &PgPool) -> Result<Resealed, VaultError> {
        let mut done = Resealed::default();
        let mut after = TenantId::SYSTEM;
        loop {
            let mut transaction = indexer::tenant::begin_service(pool).await?;
            let rows: Vec<(TenantId, Vec<u8>)> = sqlx::query_as(
                "SELECT tenant_id, sealed FROM app.tenant_key WHERE kind = 'data' AND tenant_id > $1
                 ORDER BY tenant_id LIMIT $2",
            )
            .bind(after)
            .bind(BATCH_ROWS_MAX)
            .fetch_all(&mut *transaction)
            .await?;
            let Some((last, _)) = rows.last() else { return Ok(done) };
            after = *last;
            for (tenant, sealed) in rows {
                done.seen += 1;
                let Some(again) = self.reseal(DATA, tenant, b"", &sealed)? else { continue };
                let updated = sqlx::query(
                    "UPDATE app.tenant_key SET sealed = $3
                     WHERE tenant_id = $1 AND kind = 'data' AND sealed = $2",
                )
                .bind(tenant)
                .bind(sealed)
                .bind(again)
                .execute(&mut *transaction)
                .await?;
                done.resealed += updated.rows_affected();
            }
            transaction.commit().await?;
        }
    }
}
