//! `PATCH /v1/members/{id}`: changes a member's name or role. Invariant: a tenant with an owner keeps one. Only a
//! caller with `member:admin` adds or removes the role of owner.

use super::{member_id, unknown_member};
use crate::{
    auth::{Role, Scope, Scoped, scope},
    body::JsonBody,
    db,
    error::{ApiError, code as common, problems},
    params::PathParams,
    state::Gateway,
    tenant::{
        code,
        model::{Faults, Member},
        query,
    },
    tenant_id::TenantId,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The changes to a member. Absent members of this object leave the value unchanged (RFC 7396).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeMember {
    /// The name for display, 1 to 200 characters.
    name: Option<String>,
    /// The role. Adding or removing the role of owner requires the scope `member:admin`.
    role: Option<Role>,
}

problems!(common::INVALID_FIELD, code::UNKNOWN_MEMBER, code::LAST_OWNER);

/// Changes a member's name or role. A new role limits the member's API keys within 5 s, usually at once.
#[utoipa::path(
    patch, path = "/v1/members/{id}", tag = "tenant", operation_id = "changeMember",
    params(("id" = String, Path, description = "The member id, `mbr_…`")),
    request_body = ChangeMember,
    responses(
        (status = 200, description = "The member was changed", body = Member),
        Problems,
    ),
)]
pub(super) async fn change_member(
    caller: Scoped<scope::MemberWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    body: JsonBody<ChangeMember>,
) -> Result<Json<Member>, ApiError> {
    let (tenant, id, change) = (caller.tenant, member_id(&id)?, body.value);
    let mut faults = Faults::default();
    if let Some(name) = &change.name {
        faults.check_name("/name", name);
    }
    faults.into_result()?;
    let principal = caller.principal.clone();
    let member = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            let member = query::member::find(conn, tenant, id).await?.ok_or_else(unknown_member)?;
            let role = change.role.unwrap_or(member.role);
            if role != member.role && [role, member.role].contains(&Role::Owner) {
                principal.require(Scope::MemberAdmin)?;
            }
            if member.role == Role::Owner && role != Role::Owner {
                check_other_owner(conn, tenant).await?;
            }
            let name = change.name.unwrap_or(member.name);
            query::member::update(conn, tenant, id, &name, role).await?;
            Ok(Member { name, role, ..member })
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(Json(member))
}

/// Checks that another owner remains. The tenant must be locked.
pub(super) async fn check_other_owner(conn: &mut sqlx::PgConnection, tenant: TenantId) -> Result<(), ApiError> {
    let (_, owners) = query::member::count(conn, tenant).await?;
    if owners > 1 {
        return Ok(());
    }
    Err(ApiError::new(&code::LAST_OWNER, "Make another member an owner first."))
}
