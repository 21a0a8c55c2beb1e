//! Creates a tenant: rows, keys, first credential and the registration on the ledger. Invariant: all rows of a new
//! tenant are one database commit. The registration is then submitted until the ledger has decided.

use super::{
    id::{KeyId, MemberId},
    model::{ApiKeyWithSecret, TenantWithKey},
    query,
};
use crate::{
    auth::{Credential, Role, ScopeSet, Secret, credential::Mode},
    db,
    error::ApiError,
    idempotency::{Attempt, StoredResponse},
    operator::audit,
    state::Gateway,
    submit::Submission,
    tenant_id::TenantId,
};
use http::StatusCode;
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use time::OffsetDateTime;
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
    let first = Credential { tenant: TenantId::random(), key_id: Uuid::now_v7(), secret: Secret::random() };
    let provisioned =
        Provisioned { tenant: first.tenant, client_id: first.client_id(), client_secret: first.to_text(new.mode) };
    provision_as(gateway, new, first, None).await?;
    Ok(provisioned)
}

/// Creates a tenant with a given id and first key, unless it exists, and waits until the ledger knows it. The caller
/// stores the credential before, so that a crash in between leads to the same tenant. `audited` is the operator's
/// action, if it was one.
///
/// # Errors
/// As [`provision`].
pub async fn provision_as(
    gateway: &Arc<Gateway>,
    new: NewTenant,
    first: Credential,
    audited: Option<&'static str>,
) -> Result<(), ApiError> {
    let (shared, tenant) = (Arc::clone(gateway), first.tenant);
    let submission = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            if query::exists(conn, tenant).await? {
                return Ok(None);
            }
            let (_, submission) = create_rows(&shared, conn, first, &new, "waymark").await?;
            if let Some(action) = audited {
                audit::record_within(conn, action, &tenant.to_string()).await?;
            }
            Ok(Some(submission))
        })
    })
    .await?;
    if let Some(submission) = submission {
        gateway.submitter.launch(submission).decided(Duration::from_millis(REGISTRATION_WAIT_MS)).await;
    }
    Ok(())
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
            let first = Credential { tenant, key_id: Uuid::now_v7(), secret: Secret::random() };
            let (created, submission) = create_rows(&shared, conn, first, &new, &subject).await?;
            db::switch_tenant(conn, creator).await?;
            // Whoever may create tenants may see the new tenant's secret, whose scopes no operator holds.
            let shown = ScopeSet::EMPTY;
            let response = StoredResponse::json(StatusCode::CREATED, &created)?.at("/v1/tenant").with_secret(shown);
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
    first: Credential,
    new: &NewTenant,
    subject: &str,
) -> Result<(TenantWithKey, Submission), ApiError> {
    let tenant = first.tenant;
    query::insert_tenant(conn, tenant, &new.name, new.mode).await?;
    let member = match &new.owner {
        None => None,
        Some(owner) => {
            let id = MemberId(Uuid::now_v7());
            query::member::insert(conn, tenant, id, &owner.email, &owner.name, Role::Owner).await?;
            Some(id)
        }
    };
    let key = RootKey { member, ..RootKey::of_owner("First key", new.mode) };
    let api_key = issue_root_key(conn, first, key).await?;
    let submission = gateway.submitter.register_tenant(conn, tenant, subject).await?;
    let operation_id = submission.record().id.to_string();
    let tenant = query::read_tenant(conn, tenant).await?;
    Ok((TenantWithKey { tenant, api_key, operation_id }, submission))
}

/// A key that no other key makes: the first one of a tenant, or one that the operator issues.
pub(super) struct RootKey {
    pub(super) name: &'static str,
    pub(super) mode: Mode,
    pub(super) scopes: ScopeSet,
    pub(super) member: Option<MemberId>,
    pub(super) expires_at: Option<OffsetDateTime>,
}

impl RootKey {
    /// A key with every scope of an owner that never expires.
    pub(super) fn of_owner(name: &'static str, mode: Mode) -> Self {
        Self { name, mode, scopes: Role::Owner.scopes(), member: None, expires_at: None }
    }
}

/// Inserts a key that no other key makes. `conn` is in a transaction of the tenant.
pub(super) async fn issue_root_key(
    conn: &mut PgConnection,
    credential: Credential,
    key: RootKey,
) -> Result<ApiKeyWithSecret, ApiError> {
    let row = query::api_key::NewRow {
        id: KeyId(credential.key_id),
        member: key.member,
        made_by: None,
        name: key.name.to_owned(),
        mode: key.mode,
        scopes: key.scopes,
        secret_hash: credential.secret.hash(),
        expires_at: key.expires_at,
    };
    let api_key = query::api_key::insert(conn, credential.tenant, &row).await?;
    Ok(ApiKeyWithSecret { api_key, secret: credential.to_text(key.mode).to_string() })
}
