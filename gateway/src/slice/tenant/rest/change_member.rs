//! `PATCH /v1/members/{id}`: changes a member's name or role. Invariant: a tenant with an owner keeps one. A caller
//! changes a role only if it holds every scope of the old and of the new one. A role that is not changed is stored as
//! it was, also one of a later version.

use super::{member_id, unknown_member};
use crate::{
    auth::{Principal, Role, Scope, Scoped, code as auth, scope},
    body::JsonBody,
    db,
    error::{ApiError, code as common, problems},
    params::PathParams,
    state::Gateway,
    tenant::{
        code, lockout,
        model::{Faults, Member, check_within},
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
    /// The role. The caller must hold every scope of the old and of the new role; for an owner that includes
    /// `member:admin`.
    role: Option<Role>,
}

problems!(
    common::INVALID_FIELD,
    auth::INSUFFICIENT_SCOPE,
    auth::SCOPE_ESCALATION,
    code::UNKNOWN_MEMBER,
    code::LAST_OWNER,
    code::LAST_MANAGER
);

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
            let name = change.name.unwrap_or_else(|| member.name.clone());
            let role = change.role.filter(|role| role.as_str() != member.role);
            let Some(role) = role else {
                query::member::update(conn, tenant, id, &name, None).await?;
                return Ok(Member { name, ..member });
            };
            check_role(&principal, &member.role)?;
            if role == Role::Owner {
                principal.require(Scope::MemberAdmin)?;
            }
            check_within(principal.scopes, role.scopes())?;
            if member.role == Role::Owner.as_str() {
                check_other_owner(conn, tenant).await?;
            }
            let before = lockout::count(conn, tenant).await?;
            query::member::update(conn, tenant, id, &name, Some(role)).await?;
            lockout::check_kept(conn, tenant, before).await?;
            Ok(Member { name, role: role.as_str().to_owned(), ..member })
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(Json(member))
}

/// Checks that the caller may take a stored role from a member: it holds every scope of that role. Nobody holds the
/// scopes of a role of a later version.
pub(super) fn check_role(principal: &Principal, role: &str) -> Result<(), ApiError> {
    let Some(role) = Role::from_stored(role) else {
        let detail = "The member has a role of a later version; change it with that version.";
        return Err(ApiError::new(&auth::SCOPE_ESCALATION, detail));
    };
    if role == Role::Owner {
        principal.require(Scope::MemberAdmin)?;
    }
    check_within(principal.scopes, role.scopes())
}

/// Checks that another owner remains. The tenant must be locked.
pub(super) async fn check_other_owner(conn: &mut sqlx::PgConnection, tenant: TenantId) -> Result<(), ApiError> {
    let (_, owners) = query::member::count(conn, tenant).await?;
    if owners > 1 {
        return Ok(());
    }
    Err(ApiError::new(&code::LAST_OWNER, "Make another member an owner first."))
}
