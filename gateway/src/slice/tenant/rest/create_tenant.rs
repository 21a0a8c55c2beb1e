//! `POST /v1/tenants`: creates a tenant and registers it on the ledger. Invariant: the caller holds `tenant:admin`, a
//! scope of the operator.

use crate::{
    auth::{Scoped, credential::Mode, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{Idempotency, StoredResponse},
    state::Gateway,
    submit,
    tenant::{
        model::{Faults, TenantWithKey},
        provision::{NewTenant, Owner, provision_attempt},
    },
};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A tenant to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTenant {
    /// The name for display, 1 to 200 characters.
    name: String,
    /// `live`, or `test` for a sandbox.
    mode: Mode,
    /// The e-mail address of the first owner. If absent, the first key is a service key.
    owner_email: Option<String>,
    /// The name of the first owner. If absent, the e-mail address is used.
    owner_name: Option<String>,
}

problems!(common::INVALID_FIELD, common::IDEMPOTENCY_MISMATCH, submit::code::BUSY, submit::code::NO_OPERATOR);

/// Creates a tenant with its keys and its first API key, and registers it on the ledger. The secret is shown only in
/// this response.
#[utoipa::path(
    post, path = "/v1/tenants", tag = "tenant", operation_id = "createTenant",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes retries safe: for 24 hours, requests with the same key have one effect")),
    request_body = CreateTenant,
    responses(
        (status = 201, description = "The tenant was created and registered on the ledger", body = TenantWithKey),
        (status = 202,
            description = "The tenant was created; follow `operation_id` until it is registered on the ledger",
            body = TenantWithKey),
        Problems,
    ),
)]
pub(super) async fn create_tenant(
    caller: Scoped<scope::TenantAdmin>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<CreateTenant>,
) -> Result<StoredResponse, ApiError> {
    let attempt = idempotency.attempt(&caller, &body.raw);
    let CreateTenant { name, mode, owner_email, owner_name } = body.value;
    let mut faults = Faults::default();
    faults.check_name("/name", &name);
    if let Some(email) = &owner_email {
        faults.check_email("/owner_email", email);
    }
    if let Some(owner_name) = &owner_name {
        faults.check_name("/owner_name", owner_name);
    }
    faults.into_result()?;
    let owner = owner_email.map(|email| Owner { name: owner_name.unwrap_or_else(|| email.clone()), email });
    let new = NewTenant { name, mode, owner };
    provision_attempt(&gateway, attempt, caller.tenant, caller.subject.clone(), new).await
}
