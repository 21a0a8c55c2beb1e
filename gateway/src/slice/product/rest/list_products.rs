//! `GET /v1/products`.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code, problems},
    freshness,
    page::PageQuery,
    params::Params,
    product::{model::ProductPage, search},
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use std::sync::Arc;

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR, code::INVALID_HEADER, code::INDEX_BEHIND);

/// Lists the tenant's products, newest first.
#[utoipa::path(
    get, path = "/v1/products", tag = "product", operation_id = "listProducts",
    params(
        PageQuery,
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = ProductPage),
        Problems,
    ),
)]
pub(super) async fn list_products(
    caller: Scoped<scope::ProductRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let page = search::find_page(&gateway, caller.tenant, &query).await?;
    Ok((heights, page.answer(&uri)).into_response())
}
