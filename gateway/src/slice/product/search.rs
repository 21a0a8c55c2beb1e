//! Lists products from the index for REST and GraphQL.

use super::model::{Product, ProductPage};
use crate::{db, error::ApiError, page::PageQuery, state::Gateway, tenant_id::TenantId};
use chain_types::{Height, ShardId, TimestampMs};
use indexer::product::{ProductPosition, ProductRow, list_products};

/// The name of the list in its cursors.
const LIST: &str = "products";

/// A position in a cursor: record time, shard, height and record index.
type Place = (u64, u16, u64, u32);

fn place((record_time_ms, shard, height, record_index): Place) -> ProductPosition {
    let (record_time_ms, shard, height) = (TimestampMs(record_time_ms), ShardId(shard), Height(height));
    ProductPosition { record_time_ms, shard, height, record_index }
}

fn place_of(row: &ProductRow) -> Place {
    (row.record_time_ms.0, row.shard.0, row.height.0, row.record_index)
}

/// Finds one page of a tenant's products, newest first.
///
/// # Errors
/// `request.invalid_parameter`, `request.invalid_cursor`.
pub async fn find_page(gateway: &Gateway, tenant: TenantId, query: &PageQuery) -> Result<ProductPage, ApiError> {
    let page = query.of::<Place>(&gateway.cursors, tenant, LIST)?;
    let (after, rows) = (page.after().map(place), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(list_products(conn, tenant.on_ledger(), after, rows).await?) })
    })
    .await?;
    Ok(page.cut(found, place_of)?.map(Product::from))
}
