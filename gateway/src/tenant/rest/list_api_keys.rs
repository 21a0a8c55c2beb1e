//! `GET /v1/api-keys`.

use crate::auth::{Scoped, scope};
use crate::db;
use crate::error::ApiError;
use crate::page::{self, PageQuery};
use crate::params::Params;
use crate::state::Gateway;
use crate::tenant::id::KeyId;
use crate::tenant::model::ApiKeyPage;
use crate::tenant::query;
use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse as _, Response};
use http::header;
use std::sync::Arc;
use uuid::Uuid;

const LIST: &str = "api_keys";

/// The API keys of the tenant, the oldest first, without secrets; revoked ones as well.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "tenant", operation_id = "listApiKeys", params(PageQuery),
    security(("bearer" = ["key:read"])),
    responses((status = 200, description = "A page", body = ApiKeyPage)),
)]
pub(super) async fn list_api_keys(
    caller: Scoped<scope::KeyRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let (tenant, limit) = (caller.tenant, usize::from(query.limit()?));
    let after: Option<Uuid> =
        query.cursor.as_deref().map(|cursor| gateway.cursors.open(tenant, LIST, cursor)).transpose()?;
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut items = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(query::api_key::list(conn, tenant, after, asked).await?) })
    })
    .await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| has_more).and_then(|key| key.id.parse::<KeyId>().ok());
    let next_cursor = last.map(|id| gateway.cursors.seal(tenant, LIST, &id.0)).transpose()?;
    let link = next_cursor.as_deref().and_then(|cursor| page::next_link(&uri, "cursor", cursor));
    let mut response = Json(ApiKeyPage { items, next_cursor }).into_response();
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(response)
}
