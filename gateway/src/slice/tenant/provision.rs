//! Creates a tenant: rows, keys, first credential and the registration on the ledger. Invariant: all rows of a new
//! tenant are one database commit. The registration is then submitted until the ledger has decided.

use super::{
    id::{KeyId, MemberId},
    model::{ApiKeyWithSecret, TenantWithKey},
    query,
};
use crate::{
    auth::{Credential, Role, Scope, ScopeSet, Secret, credential::Mode},
    db,
    error::ApiError,
    idempotency::{Attempt, StoredResponse},
    state::Gateway,
    submit::Submission,
    tenant_id::TenantId,
};
use http::StatusCode;
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The time in milliseconds that a caller waits for the registration of a new tenant before it must poll the operation.
const REGISTRATION_WAIT_MS: u64 = 10_000;

/// A tenant to create.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The name for display.
    pub name: String,
    pub mode: Mode,
    /// The first owner. Without one, the first key is a service key.
    pub owner: Option<Owner>,
}

/// The first member of a tenant.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The e-mail address.
    pub email: String,
    /// The name for display.
    pub name: String,
}

/// A new tenant with its first credential.
#[derive(Clone, Debug)]
pub struct Provisioned {
    pub tenant: TenantId,
    /// The client id of the first key.
    pub client_id: String,
    /// The secret of the first key.
    pub client_secret: Zeroizing<String>,
}

/// Creates a tenant and waits until the ledger knows it. Used by the binary; the API uses [`provision_attempt`].
///
/// # Errors
/// `ledger.no_operator`, `ledger.busy`, and failures, as in the API.
pub async fn provision(gateway: &Arc<Gateway>, new: NewTenant) -> Result<Provisioned, ApiError> {
    let (shared, tenant) = (Arc::clone(gateway), TenantId::random());
    let (created, submission) = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { create_rows(&shared, conn, tenant, &new, "waymark").await })
    })
    .await?;
    gateway.submitter.launch(submission).decided(Duration::from_millis(REGISTRATION_WAIT_MS)).await;
    let api_key = created.api_key;
    Ok(Provisioned { tenant, client_id: api_key.api_key.client_id, client_secret: Zeroizing::new(api_key.secret) })
}

/// Creates a tenant under an `Idempotency-Key` of `creator`. Responds with 201 once the ledger knows it, or with 202
/// when that takes longer than [`REGISTRATION_WAIT_MS`].
pub(super) async fn provision_attempt(
    gateway: &Arc<Gateway>,
    attempt: Attempt,
    creator: TenantId,
    subject: String,
    new: NewTenant,
) -> Result<StoredResponse, ApiError> {
    let shared = Arc::clone(gateway);
    let (response, submission) = db::run(&gateway.pool, creator, move |conn| {
        Box::pin(async move {
            if let Some(stored) = attempt.begin(&shared, conn).await? {
                return Ok((stored, None));
            }
            let tenant = TenantId::random();
            db::switch_tenant(conn, tenant).await?;
            let (created, submission) = create_rows(&shared, conn, tenant, &new, &subject).await?;
            db::switch_tenant(conn, creator).await?;
            let response = StoredResponse::json(StatusCode::CREATED, &created)?.at("/v1/tenant").with_secret();
            attempt.complete(&shared, conn, &response).await?;
            Ok((response, Some(submission)))
        })
    })
    .await?;
    let Some(submission) = submission else { return Ok(response) };
    let mut ticket = gateway.submitter.launch(submission);
    let is_decided = ticket.decided(Duration::from_millis(REGISTRATION_WAIT_MS)).await;
    Ok(if is_decided { response } else { response.with_status(StatusCode::ACCEPTED) })
}

/// Creates the rows, keys and first API key of a tenant, and stores the registration.
async fn create_rows(
    gateway: &Gateway,
    conn: &mut PgConnection,
    tenant: TenantId,
    new: &NewTenant,
    subject: &str,
) -> Result<(TenantWithKey, Submission), ApiError> {
    query::insert_tenant(conn, tenant, &new.name, new.mode).await?;
    let member = match &new.owner {
        None => None,
        Some(owner) => {
            let id = MemberId(Uuid::now_v7());
            query::member::insert(conn, tenant, id, &owner.email, &owner.name, Role::Owner).await?;
            Some(id)
        }
    };
    let api_key = issue_key(conn, tenant, "First key", new.mode, Role::Owner.scopes(), member).await?;
    let submission = gateway.submitter.register_tenant(conn, tenant, subject).await?;
    let operation_id = submission.record().id.to_string();
    let tenant = query::read_tenant(conn, tenant).await?;
    Ok((TenantWithKey { tenant, api_key, operation_id }, submission))
}

async fn issue_key(
    conn: &mut PgConnection,
    tenant: TenantId,
    name: &str,
    mode: Mode,
    scopes: ScopeSet,
    member: Option<MemberId>,
) -> Result<ApiKeyWithSecret, ApiError> {
    let credential = Credential { tenant, key_id: Uuid::now_v7(), secret: Secret::random() };
    let row = query::api_key::NewRow {
        id: KeyId(credential.key_id),
        member,
        name: name.to_owned(),
        mode,
        scopes,
        secret_hash: credential.secret.hash(),
        expires_at: None,
    };
    let api_key = query::api_key::insert(conn, tenant, &row).await?;
    Ok(ApiKeyWithSecret { api_key, secret: credential.to_text(mode).to_string() })
}

/// Creates an API key of the operator, who creates tenants and rotates token keys. Used by the binary only: no request
/// can create such a key.
///
/// # Errors
/// A failure of the database.
pub async fn issue_operator_key(gateway: &Gateway) -> Result<Provisioned, ApiError> {
    let scopes: ScopeSet = Scope::ALL.iter().copied().filter(|scope| scope.is_operator_only()).collect();
    let scopes = scopes.with(Scope::KeyRead).with(Scope::KeyWrite).with(Scope::TenantRead).with(Scope::OperationRead);
    let api_key = db::run(&gateway.pool, TenantId::SYSTEM, move |conn| {
        Box::pin(async move {
            query::insert_tenant(conn, TenantId::SYSTEM, "Operator", Mode::Live).await?;
            issue_key(conn, TenantId::SYSTEM, "Operator key", Mode::Live, scopes, None).await
        })
    })
    .await?;
    let client_id = api_key.api_key.client_id;
    Ok(Provisioned { tenant: TenantId::SYSTEM, client_id, client_secret: Zeroizing::new(api_key.secret) })
}
