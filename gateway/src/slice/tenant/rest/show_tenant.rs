//! `GET /v1/tenant`: the caller's own tenant. Invariant: the handler only reads.

use crate::{
    auth::{Scoped, scope},
    db,
    error::ApiError,
    state::Gateway,
    tenant::{model::Tenant, query},
    tenant_id::TenantId,
};
use axum::{Json, extract::State};
use std::sync::Arc;

/// Returns the caller's own tenant.
#[utoipa::path(
    get, path = "/v1/tenant", tag = "tenant", operation_id = "showTenant",
    responses((status = 200, description = "The tenant", body = Tenant)),
)]
pub(super) async fn show_tenant(
    caller: Scoped<scope::TenantRead>,
    State(gateway): State<Arc<Gateway>>,
) -> Result<Json<Tenant>, ApiError> {
    show(&gateway, caller.tenant).await.map(Json)
}

/// Reads the tenant. GraphQL uses this, too.
pub(in crate::slice::tenant) async fn show(gateway: &Gateway, tenant: TenantId) -> Result<Tenant, ApiError> {
    db::run(&gateway.pool, tenant, move |conn| Box::pin(async move { Ok(query::read_tenant(conn, tenant).await?) }))
        .await
}
