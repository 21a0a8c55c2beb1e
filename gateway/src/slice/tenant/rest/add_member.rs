//! `POST /v1/members`: adds a member to the caller's tenant. Invariant: only a caller with `member:admin` adds an
//! owner.

use crate::{
    auth::{Role, Scope, Scoped, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    state::Gateway,
    tenant::{
        MEMBERS_MAX, code,
        id::MemberId,
        model::{Faults, Member},
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
    /// The role. Adding an owner requires the scope `member:admin`.
    role: Role,
}

problems!(common::INVALID_FIELD, code::MEMBER_EXISTS, code::TOO_MANY, common::IDEMPOTENCY_MISMATCH);

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
    let attempt = idempotency.attempt(tenant, &body.raw);
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
