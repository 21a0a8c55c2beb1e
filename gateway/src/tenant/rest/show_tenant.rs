//! `GET /v1/tenant`.

use crate::auth::{Scoped, scope};
use crate::db;
use crate::error::ApiError;
use crate::state::Gateway;
use crate::tenant::model::Tenant;
use crate::tenant::query;
use crate::tenant_id::TenantId;
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// The caller's own tenant.
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

/// The tenant; GraphQL asks here as well.
pub(in crate::tenant) async fn show(gateway: &Gateway, tenant: TenantId) -> Result<Tenant, ApiError> {
    db::run(&gateway.pool, tenant, move |conn| Box::pin(async move { Ok(query::read_tenant(conn, tenant).await?) }))
        .await
}
