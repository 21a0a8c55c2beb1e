//! The part of the vault that the indexer uses. Invariant: the vault returns keys here that open bodies and blind
//! subjects, never a key that signs.

use super::{Vault, VaultError, store::SUBJECT, tenant_key::DataKey};
use crate::tenant_id::TenantId;
use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{Digest, TxId};
use futures::{FutureExt as _, future::BoxFuture};
use indexer::source::VaultError as SourceError;
use sqlx::PgConnection;
use std::{collections::HashMap, sync::Arc};

impl indexer::source::KeyVault for Vault {
    fn transaction_keys<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        wanted: &'a [(chain_types::TenantId, TxId)],
    ) -> BoxFuture<'a, Result<Vec<Option<TransactionKey>>, SourceError>> {
        self.index_keys(conn, wanted).map(|result| result.map_err(|error| SourceError(Box::new(error)))).boxed()
    }

    fn subject_keys<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        wanted: &'a [chain_types::TenantId],
    ) -> BoxFuture<'a, Result<Vec<Option<SubjectKey>>, SourceError>> {
        self.blinds(conn, wanted).map(|result| result.map_err(|error| SourceError(Box::new(error)))).boxed()
    }
}

impl Vault {
    /// Returns keys in the order of `wanted`, from the cache or from their rows; `None` where a key was deleted.
    async fn index_keys(
        &self,
        conn: &mut PgConnection,
        wanted: &[(chain_types::TenantId, TxId)],
    ) -> Result<Vec<Option<TransactionKey>>, VaultError> {
        let mut found: HashMap<TxId, TransactionKey> = HashMap::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for (tenant, tx_id) in wanted {
            match self.transactions.get(tx_id) {
                Some(key) => {
                    found.insert(*tx_id, TransactionKey::from_bytes(**key));
                }
                None => missing.push((TenantId::from(*tenant), *tx_id)),
            }
        }
        if !missing.is_empty() {
            for (tenant, tx_id, sealed) in read_rows(&mut *conn, &missing).await? {
                let data = self.data_key(&mut *conn, tenant).await?;
                let key = data.open_transaction_key(tx_id, &sealed);
                let key = key.ok_or(VaultError::Sealed { kind: "transaction key".to_owned(), why: "it is damaged" })?;
                found.insert(tx_id, key);
            }
        }
        Ok(wanted.iter().map(|(_, tx_id)| found.remove(tx_id)).collect())
    }

    /// Returns the tenants' keys for subjects in the order of `wanted`; `None` for a tenant without keys here.
    async fn blinds(
        &self,
        conn: &mut PgConnection,
        wanted: &[chain_types::TenantId],
    ) -> Result<Vec<Option<SubjectKey>>, VaultError> {
        let tenants: Vec<TenantId> = wanted.iter().copied().map(TenantId::from).collect();
        let missing: Vec<TenantId> = tenants.iter().filter(|it| self.subjects.get(*it).is_none()).copied().collect();
        if !missing.is_empty() {
            let rows: Vec<(TenantId, Vec<u8>)> = sqlx::query_as(
                "SELECT tenant_id, sealed FROM app.tenant_key WHERE tenant_id = ANY($1) AND kind = 'subject'",
            )
            .bind(missing)
            .fetch_all(&mut *conn)
            .await?;
            for (tenant, sealed) in rows {
                let data = self.data_key(&mut *conn, tenant).await?;
                let key = data.open(SUBJECT, &sealed);
                let key = key.ok_or(VaultError::Sealed { kind: SUBJECT.to_owned(), why: "it is damaged" })?;
                self.subjects.insert(tenant, SubjectKey::from_bytes(*key));
            }
        }
        Ok(tenants.iter().map(|tenant| self.subjects.get(tenant)).collect())
    }

    async fn data_key(&self, conn: &mut PgConnection, tenant: TenantId) -> Result<Arc<DataKey>, VaultError> {
        if let Some(data) = self.data_keys.get(&tenant) {
            return Ok(data);
        }
        let sealed: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT sealed FROM app.tenant_key WHERE tenant_id = $1 AND kind = 'data'")
                .bind(tenant)
                .fetch_optional(conn)
                .await?;
        let (sealed,) = sealed.ok_or(VaultError::NoKeys(tenant))?;
        let data = self.open_data_key(tenant, &sealed)?;
        self.data_keys.insert(tenant, Arc::clone(&data));
        Ok(data)
    }
}

async fn read_rows(
    conn: &mut PgConnection,
    wanted: &[(TenantId, TxId)],
) -> Result<Vec<(TenantId, TxId, Vec<u8>)>, VaultError> {
    let tenants: Vec<TenantId> = wanted.iter().map(|(tenant, _)| *tenant).collect();
    let tx_ids: Vec<Vec<u8>> = wanted.iter().map(|(_, tx_id)| tx_id.0.as_bytes().to_vec()).collect();
    let rows: Vec<(TenantId, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT k.tenant_id, k.tx_id, k.sealed FROM unnest($1::uuid[], $2::bytea[]) AS wanted (tenant_id, tx_id)
         JOIN app.transaction_key k ON k.tenant_id = wanted.tenant_id AND k.tx_id = wanted.tx_id",
    )
    .bind(tenants)
    .bind(tx_ids)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(tenant, tx_id, sealed)| Some((tenant, TxId(Digest(tx_id.try_into().ok()?)), sealed)))
        .collect())
}
