//! Finds products. Invariant: every statement names the tenant.

use super::row::{ProductPosition, ProductRow};
use crate::{column, tenant};
use chain_types::TenantId;
use sqlx::{AssertSqlSafe, PgConnection};

/// Returns a tenant's products, newest first, that come after a position in the list; at most `limit`.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn list_products(
    connection: &mut PgConnection,
    tenant: TenantId,
    after: Option<ProductPosition>,
    limit: u32,
) -> Result<Vec<ProductRow>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.product
         WHERE tenant_id = $1
           AND ($2::bigint IS NULL OR (record_time_ms, shard, height, record_index) < ($2, $3, $4, $5))
         ORDER BY record_time_ms DESC, shard DESC, height DESC, record_index DESC LIMIT $6",
        ProductRow::COLUMNS
    );
    // The text consists of constants only.
    let found = sqlx::query(AssertSqlSafe(statement))
        .bind(tenant::uuid(tenant))
        .bind(column::stored("record_time_ms", after.map(|after| after.record_time_ms))?)
        .bind(column::stored("shard", after.map(|after| after.shard))?)
        .bind(column::stored("height", after.map(|after| after.height))?)
        .bind(column::stored("record_index", after.map(|after| after.record_index))?)
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    found.iter().map(ProductRow::read).collect()
}
