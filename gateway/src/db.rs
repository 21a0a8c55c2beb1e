//! Runs the database work of a request in a transaction for one tenant or the service role. Invariant: the work runs in
//! its own task. A client that disconnects never leaves a transaction open. Tenants take turns at the connections.

use crate::{
    budget::{self, Permit, RequestBudget},
    error::ApiError,
    tenant_id::TenantId,
};
use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// Begins a transaction for the tenant, runs `work` and commits; rolls back when `work` fails. The work is completed,
/// or rolled back, even if the caller is dropped meanwhile.
///
/// # Errors
/// The error of `work`, or a failure of the database.
pub async fn run<T, F>(pool: &PgPool, tenant: TenantId, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    run_in(pool, Role::Tenant(tenant), work).await
}

/// Like [`run`], but with the role `waymark_service`, which can access only tables that belong to no tenant and tables
/// whose policy names this role.
///
/// # Errors
/// The error of `work`, or a failure of the database.
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
    let turn = turn().await?;
    let pool = pool.clone();
    let task = tokio::spawn(crate::trace::inherit(async move {
        let _turn = turn;
        let mut transaction = role.begin(&pool).await?;
        match work(&mut transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The rollback is awaited: the locks of a rejected request must be released before its client can
                // retry. If the rollback fails, the connection is closed, and the transaction with it.
                if let Err(failure) = transaction.rollback().await {
                    tracing::debug!(%failure, "rollback failed");
                }
                Err(error)
            }
        }
    }));
    task.await.unwrap_or_else(|stopped| Err(ApiError::internal(&stopped)))
}

/// Waits for the turn of the current request's tenant. Work outside of a request takes a connection directly.
async fn turn() -> Result<Option<Permit>, ApiError> {
    let Some((database, sharer)) =
        budget::current(|request: &RequestBudget| (request.all().database.clone(), request.sharer()))
    else {
        return Ok(None);
    };
    Ok(Some(database.acquire(sharer, 1).await?))
}

/// Continues as another tenant within the same transaction. Used when a tenant is created: its rows and the idempotency
/// record of its creator must commit together.
///
/// # Errors
/// A failure of the database.
pub async fn switch_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('app.tenant_id', $1::text, true)").bind(tenant).execute(conn).await?;
    Ok(())
}
