//! Changing the key-encryption key while serving. Invariant: every row opens at every moment, because a row is replaced
//! by the same secret under the new key, and only if nobody replaced it meanwhile.

use super::{Vault, VaultError, store::DATA};
use crate::tenant_id::TenantId;
use sqlx::PgPool;

/// Rows read at once.
const BATCH_ROWS_MAX: i64 = 500;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// Rows looked at.
    pub seen: u64,
    /// Rows sealed again.
    pub resealed: u64,
}

impl Vault {
    /// Seals every tenant's data key under the current key-encryption key. May be repeated and interrupted.
    ///
    /// # Errors
    /// [`VaultError`] at the first row that does not open; rows before it stay as they were left.
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
