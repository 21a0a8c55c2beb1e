//! `GET /v1/members`.

use crate::auth::{Scoped, scope};
use crate::db;
use crate::error::ApiError;
use crate::page::{self, PageQuery};
use crate::params::Params;
use crate::state::Gateway;
use crate::tenant::id::MemberId;
use crate::tenant::model::MemberPage;
use crate::tenant::query;
use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse as _, Response};
use http::header;
use std::sync::Arc;
use uuid::Uuid;

const LIST: &str = "members";

/// The members of the tenant, the oldest first.
#[utoipa::path(
    get, path = "/v1/members", tag = "tenant", operation_id = "listMembers", params(PageQuery),
    security(("bearer" = ["member:read"])),
    responses((status = 200, description = "A page", body = MemberPage)),
)]
pub(super) async fn list_members(
    caller: Scoped<scope::MemberRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let (tenant, limit) = (caller.tenant, usize::from(query.limit()?));
    let after: Option<Uuid> =
        query.cursor.as_deref().map(|cursor| gateway.cursors.open(tenant, LIST, cursor)).transpose()?;
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut items = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(query::member::list(conn, tenant, after, asked).await?) })
    })
    .await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| has_more).and_then(|member| member.id.parse::<MemberId>().ok());
    let next_cursor = last.map(|id| gateway.cursors.seal(tenant, LIST, &id.0)).transpose()?;
    let link = next_cursor.as_deref().and_then(|cursor| page::next_link(&uri, "cursor", cursor));
    let mut response = Json(MemberPage { items, next_cursor }).into_response();
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(response)
}
