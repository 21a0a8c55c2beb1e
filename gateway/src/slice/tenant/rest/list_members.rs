//! `GET /v1/members`: the members of the caller's tenant. Invariant: the handler only reads.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code, problems},
    page::PageQuery,
    params::Params,
    state::Gateway,
    tenant::{model::MemberPage, query},
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use std::sync::Arc;
use uuid::Uuid;

/// The name of the list in its cursors.
const LIST: &str = "members";

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the members of the tenant, oldest first.
#[utoipa::path(
    get, path = "/v1/members", tag = "tenant", operation_id = "listMembers", params(PageQuery),
    responses((status = 200, description = "One page", body = MemberPage), Problems),
)]
pub(super) async fn list_members(
    caller: Scoped<scope::MemberRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let page = query.of::<Uuid>(&gateway.cursors, tenant, LIST)?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(query::member::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    Ok(page.cut(found, |(id, _)| id.0)?.map(|(_, item)| item).answer(&uri))
}
