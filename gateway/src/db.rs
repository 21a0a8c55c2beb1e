//! Database work of a request. Invariant: it runs in its own task inside a tenant's transaction, so a client that hangs
//! up never leaves a transaction open, and no statement runs without a tenant.

use crate::{error::ApiError, tenant_id::TenantId};
use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// Opens the tenant's transaction, runs `work` and commits; rolls back when `work` fails. The work is finished (or
/// rolled back) even when the caller is dropped in the middle.
///
/// # Errors
/// What `work` answers, or a failure of the database.
pub async fn run<T, F>(pool: &PgPool, tenant: TenantId, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    run_in(pool, Role::Tenant(tenant), work).await
}

/// As [`run`], but in the role `waymark_service`, which reaches only tables that belong to no tenant and those whose
/// policy names it.
///
/// # Errors
/// What `work` answers, or a failure of the database.
pub async fn run_service<T, F>(pool: &PgPool, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    run_in(pool, Role::Service, work).await
}

/// The database role of a transaction.
enum Role {
    Tenant(TenantId),
    Service,
}

impl Role {
    async fn begin(self, pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        match self {
            Self::Tenant(tenant) => Ok(indexer::tenant::begin(pool, tenant.on_ledger()).await?.into_transaction()),
            Self::Service => indexer::tenant::begin_service(pool).await,
        }
    }
}

async fn run_in<T, F>(pool: &PgPool, role: Role, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    let pool = pool.clone();
    let task = tokio::spawn(crate::trace::inherit(async move {
        let mut transaction = role.begin(&pool).await?;
        match work(&mut transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // Waited for: locks of a refused request must be gone when its client hears of it and tries again. A
                // rollback that fails ends the connection, and the transaction with it.
                if let Err(failure) = transaction.rollback().await {
                    tracing::debug!(%failure, "rolling back failed");
                }
                Err(error)
            }
        }
    }));
    task.await.unwrap_or_else(|stopped| Err(ApiError::internal(&stopped)))
}

/// Goes on as another tenant within the same transaction: for making a tenant, whose rows and whose creator's
/// idempotency record must commit together.
///
/// # Errors
/// A failure of the database.
pub async fn switch_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('app.tenant_id', $1::text, true)").bind(tenant).execute(conn).await?;
    Ok(())
}
