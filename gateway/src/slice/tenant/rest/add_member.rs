//! `POST /v1/members`: adds a member to the caller's tenant. Invariant: the caller holds every scope of the member's
//! role.

use crate::{
    auth::{Role, Scope, Scoped, code as auth, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    state::Gateway,
    tenant::{
        MEMBERS_MAX, code,
        id::MemberId,
        model::{Faults, Member, check_within},
        query,
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A member to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddMember {
    /// The e-mail address, unique in the tenant regardless of case.
    email: String,
    /// The name for display, 1 to 200 characters.
    name: String,
    /// The role. The caller must hold every scope of the role; for an owner that includes `member:admin`.
    role: Role,
}

problems!(
    common::INVALID_FIELD,
    auth::INSUFFICIENT_SCOPE,
    auth::SCOPE_ESCALATION,
    code::MEMBER_EXISTS,
    code::TOO_MANY,
    common::IDEMPOTENCY_MISMATCH
);

/// Adds a member to the tenant.
#[utoipa::path(
    post, path = "/v1/members", tag = "tenant", operation_id = "addMember",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body = AddMember,
    responses(
        (status = 201, description = "The member was added", body = Member),
        Problems,
    ),
)]
pub(super) async fn add_member(
    caller: Scoped<scope::MemberWrite>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<AddMember>,
) -> Result<Response, ApiError> {
    let (tenant, new) = (caller.tenant, body.value);
    let mut faults = Faults::default();
    faults.check_email("/email", &new.email);
    faults.check_name("/name", &new.name);
    faults.into_result()?;
    if new.role == Role::Owner {
        caller.require(Scope::MemberAdmin)?;
    }
    check_within(caller.scopes, new.role.scopes())?;
    let attempt = idempotency.attempt(&caller, &body.raw);
    idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            query::lock_tenant(conn, tenant).await?;
            let (members, _) = query::member::count(conn, tenant).await?;
            if members >= MEMBERS_MAX {
                return Err(ApiError::new(&code::TOO_MANY, format!("A tenant has at most {MEMBERS_MAX} members.")));
            }
            let id = MemberId(Uuid::now_v7());
            let added = query::member::insert(conn, tenant, id, &new.email, &new.name, new.role).await?;
            let member = added.ok_or_else(|| {
                ApiError::new(&code::MEMBER_EXISTS, "The tenant has a member with this address.").at(
                    "/email",
                    code::MEMBER_EXISTS.name,
                    "taken",
                )
            })?;
            Ok(StoredResponse::json(StatusCode::CREATED, &member)?.at(format!("/v1/members/{}", member.id)))
        })
    })
    .await
}
