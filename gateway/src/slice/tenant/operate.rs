//! What the operator of a deployment does to tenants, from the machine that runs it. Invariant: no request of the API
//! reaches these functions. Each leaves a line in the operator's audit log, in the same commit.

use super::{
    NewTenant, Provisioned, code,
    model::Faults,
    provision::{RootKey, issue_root_key, provision_as},
    query::{self, TenantRow},
};
use crate::{
    auth::{Credential, Scope, ScopeSet, Secret, credential::Mode},
    db,
    error::ApiError,
    operator::audit,
    state::Gateway,
    tenant_id::TenantId,
};
use std::sync::Arc;
use uuid::Uuid;

/// The maximum number of tenants in one answer of [`list`].
pub const TENANTS_LISTED_MAX: u32 = 1_000;

/// Creates an API key of the operator, who creates tenants and rotates token keys. No request can create the first such
/// key.
///
/// # Errors
/// A failure of the database.
pub async fn issue_operator_key(gateway: &Gateway) -> Result<Provisioned, ApiError> {
    let scopes: ScopeSet = Scope::ALL.iter().copied().filter(|scope| scope.is_operator_only()).collect();
    let scopes = scopes.with(Scope::KeyRead).with(Scope::KeyWrite).with(Scope::TenantRead).with(Scope::OperationRead);
    let key = RootKey { scopes, ..RootKey::of_owner("Operator key", Mode::Live) };
    issue(gateway, TenantId::SYSTEM, key, "operator.key").await
}

/// Creates a tenant and waits until the ledger knows it.
///
/// # Errors
/// `request.invalid_field` with the faults of names and address, and those of [`super::provision`].
pub async fn create(gateway: &Arc<Gateway>, new: NewTenant) -> Result<Provisioned, ApiError> {
    let mut faults = Faults::default();
    faults.check_name("/name", &new.name);
    if let Some(owner) = &new.owner {
        faults.check_email("/owner_email", &owner.email);
        faults.check_name("/owner_name", &owner.name);
    }
    faults.into_result()?;
    let first = Credential { tenant: TenantId::random(), key_id: Uuid::now_v7(), secret: Secret::random() };
    let made = provisioned(&first, new.mode);
    provision_as(gateway, new, first, Some("tenant.create")).await?;
    Ok(made)
}

/// Lists at most [`TENANTS_LISTED_MAX`] tenants after an id, in the order of their ids.
///
/// # Errors
/// A failure of the database.
pub async fn list(gateway: &Gateway, after: Option<TenantId>) -> Result<Vec<TenantRow>, ApiError> {
    db::run_service(&gateway.pool, move |conn| {
        Box::pin(async move { Ok(query::list_tenants(conn, after, TENANTS_LISTED_MAX).await?) })
    })
    .await
}

/// Suspends a tenant, or ends the suspension. While it lasts, no credential of the tenant is accepted: in this process
/// at once, in others within 5 s. Records stay as they are.
///
/// # Errors
/// `tenant.unknown_tenant`, and failures of the database.
pub async fn suspend(gateway: &Gateway, tenant: TenantId, is_suspended: bool) -> Result<(), ApiError> {
    db::run_service(&gateway.pool, move |conn| {
        Box::pin(async move {
            if tenant == TenantId::SYSTEM || !query::set_suspended(conn, tenant, is_suspended).await? {
                return Err(unknown());
            }
            let action = if is_suspended { "tenant.suspend" } else { "tenant.resume" };
            audit::record(conn, action, &tenant.to_string()).await?;
            Ok(())
        })
    })
    .await?;
    gateway.keys.invalidate_tenant(tenant);
    Ok(())
}

/// Issues a new owner's key for a tenant that has lost its own. Keys that exist stay as they are.
///
/// # Errors
/// `tenant.unknown_tenant`, and failures of the database.
pub async fn recover(gateway: &Gateway, tenant: TenantId) -> Result<Provisioned, ApiError> {
    if tenant == TenantId::SYSTEM {
        return Err(unknown());
    }
    issue(gateway, tenant, RootKey::of_owner("Recovery key", Mode::Live), "tenant.recover").await
}

/// Inserts a key that no other key makes, with a line in the audit log. The mode is that of the tenant.
async fn issue(
    gateway: &Gateway,
    tenant: TenantId,
    key: RootKey,
    action: &'static str,
) -> Result<Provisioned, ApiError> {
    let credential = Credential { tenant, key_id: Uuid::now_v7(), secret: Secret::random() };
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            if tenant == TenantId::SYSTEM {
                query::insert_tenant(conn, tenant, "Operator", Mode::Live).await?;
            } else if !query::exists(conn, tenant).await? {
                return Err(unknown());
            }
            let mode = query::read_tenant(conn, tenant).await?.mode;
            issue_root_key(conn, credential.clone(), RootKey { mode, ..key }).await?;
            audit::record_within(conn, action, &tenant.to_string()).await?;
            Ok(provisioned(&credential, mode))
        })
    })
    .await
}

fn provisioned(credential: &Credential, mode: Mode) -> Provisioned {
    Provisioned {
        tenant: credential.tenant,
        client_id: credential.client_id(),
        client_secret: credential.to_text(mode),
    }
}

fn unknown() -> ApiError {
    ApiError::new(&code::UNKNOWN_TENANT, "`waymark operator tenant list` shows all tenants.")
}
