//! `DELETE /v1/api-keys/{id}`: revokes an API key of the caller's tenant. Invariant: a revocation is never undone.

use super::{key_id, unknown_key};
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    tenant::{code, query},
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(code::UNKNOWN_API_KEY);

/// Revokes an API key and every token issued for it: in every gateway within 5 s, and usually at once in the gateway
/// that handles the request. Revoking a revoked key has no effect.
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
    let (tenant, id) = (caller.tenant, key_id(&id)?);
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            query::api_key::find(conn, tenant, id).await?.ok_or_else(unknown_key)?;
            query::api_key::revoke(conn, tenant, id).await?;
            Ok(())
        })
    })
    .await?;
    gateway.keys.invalidate(tenant, id.0);
    Ok(StatusCode::NO_CONTENT)
}
