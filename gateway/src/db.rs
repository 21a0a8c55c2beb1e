//! Database work of a request. Invariant: it runs in its own task inside a tenant's transaction, so a client that hangs
//! up never leaves a transaction open, and no statement runs without a tenant.

use crate::error::ApiError;
use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The tenant of rows that belong to nobody: signing keys and other things of the gateway itself.
pub const SYSTEM: Uuid = Uuid::nil();

/// Opens the tenant's transaction, runs `work` and commits; rolls back when `work` fails. The work is finished (or
/// rolled back) even when the caller is dropped in the middle.
///
/// # Errors
/// What `work` answers, or a failure of the database.
pub async fn run<T, F>(pool: &PgPool, tenant: Uuid, work: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send + 'static,
{
    let pool = pool.clone();
    let task = tokio::spawn(async move {
        let mut transaction = begin(&pool, tenant).await?;
        let value = work(&mut transaction).await?;
        transaction.commit().await?;
        Ok(value)
    });
    task.await.unwrap_or_else(|stopped| Err(ApiError::internal(&stopped)))
}

/// `BEGIN`, tenant and role in one message, so that no statement can slip in between.
async fn begin(pool: &PgPool, tenant: Uuid) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, sqlx::Error> {
    // A Uuid prints hexadecimal digits and dashes only, so it cannot leave its quotes.
    let opening = format!("BEGIN; SET LOCAL ROLE waymark_app; SET LOCAL app.tenant_id = '{tenant}'");
    pool.begin_with(sqlx::AssertSqlSafe(opening)).await
}
