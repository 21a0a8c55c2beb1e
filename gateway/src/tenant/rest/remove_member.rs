//! `DELETE /v1/members/{id}`.

use super::change_member::check_other_owner;
use super::{member_id, unknown_member};
use crate::auth::{Role, Scope, Scoped, scope};
use crate::db;
use crate::error::{ApiError, Problem};
use crate::state::Gateway;
use crate::tenant::query;
use axum::extract::{Path, State};
use http::StatusCode;
use std::sync::Arc;

/// Removes a member and revokes the member's keys.
#[utoipa::path(
    delete, path = "/v1/members/{id}", tag = "tenant", operation_id = "removeMember",
    params(("id" = String, Path, description = "`mbr_…`")),
    security(("bearer" = ["member:write"])),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "`tenant.unknown_member`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`tenant.last_owner`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn remove_member(
    caller: Scoped<scope::MemberWrite>,
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
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
    gateway.keys.forget_all();
    Ok(StatusCode::NO_CONTENT)
}
