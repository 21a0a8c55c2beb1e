//! `DELETE /v1/members/{id}`: removes a member and revokes the member's API keys. Invariant: the last owner cannot be
//! removed. Only a caller with `member:admin` removes an owner.

use super::{change_member::check_other_owner, member_id, unknown_member};
use crate::{
    auth::{Role, Scope, Scoped, scope},
    db,
    error::{ApiError, problems},
    params::PathParams,
    state::Gateway,
    tenant::{code, query},
};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

problems!(code::UNKNOWN_MEMBER, code::LAST_OWNER);

/// Removes a member and revokes the member's API keys.
#[utoipa::path(
    delete, path = "/v1/members/{id}", tag = "tenant", operation_id = "removeMember",
    params(("id" = String, Path, description = "The member id, `mbr_…`")),
    responses(
        (status = 204, description = "The member was removed"),
        Problems,
    ),
)]
pub(super) async fn remove_member(
    caller: Scoped<scope::MemberWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
) -> Result<StatusCode, ApiError> {
    let (tenant, id, principal) = (caller.tenant, member_id(&id)?, caller.principal.clone());
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            let member = query::member::find(conn, tenant, id).await?.ok_or_else(unknown_member)?;
            if member.role == Role::Owner {
                principal.require(Scope::MemberAdmin)?;
                check_other_owner(conn, tenant).await?;
            }
            query::member::remove(conn, tenant, id).await?;
            Ok(())
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(StatusCode::NO_CONTENT)
}
