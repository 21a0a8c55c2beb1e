//! GraphQL fields about products: the same list as REST. Invariant: they check the scope `product:read`.

use super::{model::Product, search};
use crate::{
    auth::{Scope, reader},
    freshness,
    page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, PageQuery},
};
use async_graphql::{Context, Object, Result, SimpleObject, connection::PageInfo};
use http::HeaderMap;

/// Fields of the query root about products.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProductQuery;

/// A page of products.
#[derive(SimpleObject)]
struct ProductConnection {
    /// The products.
    nodes: Vec<Product>,
    /// Information about the neighbouring pages.
    page_info: PageInfo,
}

#[Object]
impl ProductQuery {
    /// Products, newest first.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn products(
        &self,
        context: &Context<'_>,
        first: Option<u16>,
        after: Option<String>,
    ) -> Result<ProductConnection> {
        let (gateway, tenant) = reader(context, Scope::ProductRead)?;
        freshness::await_fresh(gateway, tenant, &HeaderMap::new()).await?;
        let is_first = after.is_none();
        let page = search::find_page(gateway, tenant, &PageQuery { limit: first, cursor: after }).await?;
        let page_info = PageInfo {
            has_previous_page: !is_first,
            has_next_page: page.next_cursor.is_some(),
            start_cursor: None,
            end_cursor: page.next_cursor,
        };
        Ok(ProductConnection { nodes: page.items, page_info })
    }
}

/// The complexity of a page: its size multiplied by the complexity of one product.
fn page_complexity(first: Option<u16>, child: usize) -> usize {
    usize::from(first.unwrap_or(PAGE_LIMIT_DEFAULT).min(PAGE_LIMIT_MAX)).saturating_mul(child.max(1))
}
