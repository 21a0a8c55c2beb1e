//! `POST /v1/sandboxes`: creates a test tenant without credentials. Invariant: the operator must have enabled
//! sandboxes. The number of new sandboxes in an hour is limited over all callers.

use crate::{
    auth::{Public, credential::Mode},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    idempotency::{Idempotency, StoredResponse},
    state::Gateway,
    submit,
    tenant::{
        code,
        model::{Faults, TenantWithKey},
        provision::{NewTenant, provision_attempt},
    },
    tenant_id::TenantId,
};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A sandbox to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateSandbox {
    /// The name for display, 1 to 200 characters.
    name: String,
}

problems!(
    common::INVALID_FIELD,
    code::SANDBOX_CLOSED,
    common::RATE_LIMITED,
    submit::code::BUSY,
    submit::code::NO_OPERATOR
);

/// Creates a sandbox tenant with a test key, without credentials. The operator must have enabled this.
#[utoipa::path(
    post, path = "/v1/sandboxes", tag = "tenant", operation_id = "createSandbox",
    request_body = CreateSandbox,
    responses(
        (status = 201, description = "The tenant was created and registered on the ledger", body = TenantWithKey),
        (status = 202,
            description = "The tenant was created; follow `operation_id` until it is registered on the ledger",
            body = TenantWithKey),
        Problems,
    ),
)]
pub(super) async fn create_sandbox(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    body: JsonBody<CreateSandbox>,
) -> Result<StoredResponse, ApiError> {
    if !gateway.config.sandbox_open {
        return Err(ApiError::new(&code::SANDBOX_CLOSED, "Ask the operator of this deployment for a tenant."));
    }
    gateway.new_sandboxes.check()?;
    let mut faults = Faults::default();
    faults.check_name("/name", &body.value.name);
    faults.into_result()?;
    let attempt = idempotency.anonymous(TenantId::SYSTEM, &body.raw);
    let new = NewTenant { name: body.value.name, mode: Mode::Test, owner: None };
    provision_attempt(&gateway, attempt, TenantId::SYSTEM, "sandbox".to_owned(), new).await
}
