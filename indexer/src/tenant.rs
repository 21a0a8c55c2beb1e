//! Database transactions that are limited to one tenant. Invariant: after [`begin`], row-level security hides other
//! tenants' rows, whatever filter a statement has. Only [`begin_service`] opens a transaction across tenants.

use chain_types::TenantId;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};
use std::ops::{Deref, DerefMut};
use uuid::Uuid;

/// An open transaction of one tenant; dropping it rolls back. Use it as `&mut PgConnection`.
#[derive(Debug)]
pub struct TenantTx {
    tenant: TenantId,
    transaction: Transaction<'static, Postgres>,
}

/// Opens a transaction of a tenant, in one message to the server.
///
/// Call it from a separate task: a future that is dropped before its end costs the connection one more round trip.
///
/// # Errors
/// When no connection becomes free in time or the server refuses.
pub async fn begin(pool: &PgPool, tenant: TenantId) -> Result<TenantTx, sqlx::Error> {
    let id = uuid(tenant);
    // A typed id consists of hexadecimal digits and dashes, so it may be part of the text. `SET LOCAL` as a statement,
    // unlike `set_config()`, needs no second round trip and also reaches the workers of a distributed server.
    let statement = format!("BEGIN; SET LOCAL app.tenant_id = '{id}'; SET LOCAL ROLE waymark_app");
    let transaction = pool.begin_with(AssertSqlSafe(statement)).await?;
    Ok(TenantTx { tenant, transaction })
}

/// Opens a transaction of the gateway itself, in the role `waymark_service`. The role sees rows across tenants only in
/// tables whose policy names it: to find the tenant of a credential, and to relay the outbox of all tenants.
///
/// # Errors
/// As [`begin`].
pub async fn begin_service(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin_with("BEGIN; SET LOCAL ROLE waymark_service").await
}

/// Converts a tenant's id for Postgres.
pub const fn uuid(tenant: TenantId) -> Uuid {
    Uuid::from_bytes(tenant.0)
}

/// Converts a tenant's id from Postgres.
pub const fn from_uuid(id: Uuid) -> TenantId {
    TenantId(id.into_bytes())
}

impl TenantTx {
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Returns the transaction, still of this tenant.
    pub fn into_transaction(self) -> Transaction<'static, Postgres> {
        self.transaction
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When the server refuses or the connection is lost; after a lost connection it is unknown whether the changes
    /// took effect.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await
    }

    /// Rolls back and waits until that is done.
    ///
    /// # Errors
    /// When the connection is lost, which also rolls back.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.transaction.rollback().await
    }
}

impl Deref for TenantTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for TenantTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

#[cfg(test)]
mod tests;
