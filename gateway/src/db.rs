//! Runs the database work of a request in a transaction for one tenant or the service role. Invariant: the work runs in
//! its own task. A client that disconnects never leaves a transaction open. Tenants take turns at the connections.

use crate::{
    budget::{self, Budgets, Fair, Permit, RequestBudget},
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
    run_in(pool, Role::Tenant(tenant), None, work).await
}

/// Like [`run`], for a statement that may read much of the index. The tenants take turns at searching, too.
///
/// # Errors
/// The error of `work`, or a failure of the database.
pub async fn search<T, F>(pool: &PgPool, tenant: TenantId, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    let turn = turn(|budgets| &budgets.searches).await?;
    run_in(pool, Role::Tenant(tenant), turn, work).await
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
    run_in(pool, Role::Service, None, work).await
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

async fn run_in<T, F>(pool: &PgPool, role: Role, searching: Option<Permit>, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    let turns = [searching, turn(|budgets| &budgets.database).await?];
    let pool = pool.clone();
    let task = tokio::spawn(crate::trace::inherit(async move {
        let _turns = turns;
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

/// Waits for the turn of the current request's tenant. Work outside of a request needs none.
async fn turn(of: impl FnOnce(&Budgets) -> &Fair) -> Result<Option<Permit>, ApiError> {
    let current = budget::current(|request: &RequestBudget| (of(request.all()).clone(), request.sharer()));
    let Some((budget, sharer)) = current else { return Ok(None) };
    Ok(Some(budget.acquire(sharer, 1).await?))
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

/// Continues with the role `waymark_service` within a tenant's transaction, until [`leave_service`]. Used when a change
/// of the gateway itself and the idempotency record of the operator's request must commit together.
///
/// # Errors
/// A failure of the database.
pub async fn enter_service(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SET LOCAL ROLE waymark_service").execute(conn).await?;
    Ok(())
}

/// Returns to the tenant's role.
///
/// # Errors
/// A failure of the database.
pub async fn leave_service(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SET LOCAL ROLE waymark_app").execute(conn).await?;
    Ok(())
}
