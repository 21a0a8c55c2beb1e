//! `DELETE /v1/api-keys/{id}`: revokes an API key of the caller's tenant. Invariant: a revocation is never undone.
//! The caller holds every scope of the key. Keys made by the key are revoked with it.

use super::{key_id, unknown_key};
use crate::{
    auth::{Scoped, code as auth, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    tenant::{code, lockout, query},
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(auth::INSUFFICIENT_SCOPE, auth::SCOPE_ESCALATION, code::UNKNOWN_API_KEY, code::LAST_MANAGER);

/// Revokes an API key, every key made by it, and every token issued for them: in every gateway within 5 s, and at once
/// in the gateway that handles the request. Revoking a revoked key has no effect. The caller must hold the key's
/// scopes. The last lasting key that can manage keys is kept.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", tag = "tenant", operation_id = "revokeApiKey",
    params(("id" = String, Path, description = "The key id, `key_…`")),
    responses(
        (status = 204, description = "The key is revoked"),
        Problems,
    ),
)]
pub(super) async fn revoke_api_key(
    caller: Scoped<scope::KeyWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<StatusCode, ApiError> {
    let (tenant, id, principal) = (caller.tenant, key_id(&id)?, caller.principal.clone());
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            let api_key = query::api_key::find(conn, tenant, id).await?.ok_or_else(unknown_key)?;
            principal.require_stored(&api_key.scopes)?;
            let before = lockout::count(conn, tenant).await?;
            query::api_key::revoke(conn, tenant, &[id.0]).await?;
            lockout::check_kept(conn, tenant, before).await
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(StatusCode::NO_CONTENT)
}
