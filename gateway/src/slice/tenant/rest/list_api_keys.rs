//! `GET /v1/api-keys`: the API keys of the caller's tenant. Invariant: the handler only reads. The response contains no
//! secret.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code, problems},
    page::PageQuery,
    params::Params,
    state::Gateway,
    tenant::{model::ApiKeyPage, query},
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use std::sync::Arc;
use uuid::Uuid;

/// The name of the list in its cursors.
const LIST: &str = "api_keys";

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the API keys of the tenant, oldest first and without secrets, including revoked ones.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "tenant", operation_id = "listApiKeys", params(PageQuery),
    responses((status = 200, description = "One page", body = ApiKeyPage), Problems),
)]
pub(super) async fn list_api_keys(
    caller: Scoped<scope::KeyRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let page = query.of::<Uuid>(&gateway.cursors, tenant, LIST)?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(query::api_key::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    Ok(page.cut(found, |(id, _)| id.0)?.map(|(_, item)| item).answer(&uri))
}
