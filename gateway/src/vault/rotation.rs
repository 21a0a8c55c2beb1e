//! Seals stored values again under a new key-encryption key, while requests are served. Invariant: a keyring with both
//! keys opens every row at any time. A row is replaced only by the same secret, and only if nobody replaced it
//! meanwhile.

use super::{Vault, VaultError, keyring::KEY_ID_BYTES, store::DATA};
use crate::{auth::signing_key, idempotency, service_secret, slice, tenant_id::TenantId};
use serde::Serialize;
use sqlx::{AssertSqlSafe, PgPool};

/// The number of rows per batch.
const BATCH_ROWS_MAX: i64 = 500;

/// A column whose values are sealed with the key-encryption key.
#[derive(Debug)]
pub struct SealedColumn {
    /// The table in the schema `app`.
    pub table: &'static str,
    pub column: &'static str,
    /// The rows that are sealed, as a condition in SQL.
    rows: &'static str,
    /// The tenant to which a row is bound, in SQL.
    tenant: &'static str,
    /// The id to which a row is bound, in SQL, as bytes.
    id: &'static str,
    /// The kind to which a row is bound.
    kind: &'static str,
}

/// Every column that the key-encryption key seals. Values that a tenant's data key seals are not among them: they stay
/// as they are, and so does the data key itself.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    SealedColumn {
        table: "tenant_key",
        column: "sealed",
        rows: "kind = 'data'",
        tenant: "tenant_id",
        id: "''::bytea",
        kind: DATA,
    },
    SealedColumn {
        table: "signing_key",
        column: "sealed",
        rows: "true",
        tenant: SYSTEM,
        id: "uuid_send(key_id)",
        kind: signing_key::SEALED_KIND,
    },
    SealedColumn {
        table: "service_secret",
        column: "sealed",
        rows: "true",
        tenant: SYSTEM,
        id: "convert_to(name, 'UTF8')",
        kind: service_secret::SEALED_KIND,
    },
    SealedColumn {
        table: "idempotency",
        column: "body",
        rows: "is_sealed",
        tenant: "tenant_id",
        id: "uuid_send(credential_id) || convert_to(key, 'UTF8')",
        kind: idempotency::SEALED_KIND,
    },
    SealedColumn {
        table: "subscription",
        column: "token",
        rows: "token IS NOT NULL",
        tenant: "tenant_id",
        id: "uuid_send(subscription_id)",
        kind: slice::SUBSCRIPTION_TOKEN_KIND,
    },
];

/// [`TenantId::SYSTEM`] in SQL.
const SYSTEM: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

/// The result of a run over one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resealed {
    pub table: &'static str,
    /// The number of rows sealed again.
    pub rows: u64,
}

/// The rows of a column that one key-encryption key sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealedUnder {
    pub table: &'static str,
    /// The id of the key-encryption key.
    pub key_id: String,
    pub rows: i64,
}

impl Vault {
    /// Seals every value again that another key than the current one sealed. Can be interrupted and repeated.
    ///
    /// # Errors
    /// [`VaultError`] at the first row that cannot be opened. Batches before it are committed.
    pub async fn reseal_all(&self, pool: &PgPool) -> Result<Vec<Resealed>, VaultError> {
        let mut done = Vec::with_capacity(SEALED_COLUMNS.len());
        for column in SEALED_COLUMNS {
            let mut rows = 0;
            // A batch that changes nothing means that others changed its rows, so they are current or come again.
            while let Some(resealed) = self.reseal_batch(pool, column).await? {
                rows += resealed;
            }
            done.push(Resealed { table: column.table, rows });
        }
        Ok(done)
    }

    /// Seals one batch of a column again; `None` when there is nothing left to do.
    async fn reseal_batch(&self, pool: &PgPool, of: &SealedColumn) -> Result<Option<u64>, VaultError> {
        let SealedColumn { table, column, rows, tenant, id, kind } = of;
        let current = self.keyring.load().current_id_bytes();
        let mut transaction = indexer::tenant::begin_service(pool).await?;
        let stale: Vec<(TenantId, Vec<u8>, Vec<u8>, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT {tenant}, {id}, {column}, ctid::text FROM app.{table}
             WHERE {rows} AND substr({column}, 1, {KEY_ID_BYTES}) <> $1 LIMIT $2"
        )))
        .bind(current.as_slice())
        .bind(BATCH_ROWS_MAX)
        .fetch_all(&mut *transaction)
        .await?;
        if stale.is_empty() {
            return Ok(None);
        }
        let mut resealed = 0;
        for (tenant, id, sealed, place) in stale {
            let Some(again) = self.reseal(kind, tenant, id, &sealed)? else { continue };
            // The place of a row changes with each update, and the old value is compared as well.
            let updated = sqlx::query(AssertSqlSafe(format!(
                "UPDATE app.{table} SET {column} = $3 WHERE ctid = $1::text::tid AND {column} = $2"
            )))
            .bind(place)
            .bind(sealed)
            .bind(again)
            .execute(&mut *transaction)
            .await?;
            resealed += updated.rows_affected();
        }
        transaction.commit().await?;
        Ok(Some(resealed))
    }

    /// Counts the rows that each key-encryption key sealed.
    ///
    /// # Errors
    /// [`VaultError::Database`].
    pub async fn sealed_under(&self, pool: &PgPool) -> Result<Vec<SealedUnder>, VaultError> {
        let mut found = Vec::new();
        let mut transaction = indexer::tenant::begin_service(pool).await?;
        for &SealedColumn { table, column, rows, .. } in SEALED_COLUMNS {
            let counts: Vec<(Vec<u8>, i64)> = sqlx::query_as(AssertSqlSafe(format!(
                "SELECT substr({column}, 1, {KEY_ID_BYTES}), count(*) FROM app.{table} WHERE {rows} GROUP BY 1 ORDER BY 1"
            )))
            .fetch_all(&mut *transaction)
            .await?;
            let counts = counts.into_iter();
            found.extend(counts.map(|(id, rows)| SealedUnder { table, key_id: hex::encode(id), rows }));
        }
        transaction.commit().await?;
        Ok(found)
    }

    /// The id of the current key-encryption key.
    pub fn current_key_id(&self) -> String {
        self.keyring.load().current_id()
    }

    /// The ids of all key-encryption keys, the current one first.
    pub fn key_ids(&self) -> Vec<String> {
        self.keyring.load().ids()
    }
}
