//! The stored records of `Idempotency-Key`. Invariant: a response that is marked as secret is stored encrypted.

use super::{RETENTION_HOURS, Replayed};
use crate::{auth::ScopeSet, error::ApiError, tenant_id::TenantId, vault::Vault};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

/// The maximum number of expired records that one write deletes.
const EXPIRED_PER_WRITE_MAX: i64 = 4;
/// The kind of secret, which the encryption of responses is bound to.
pub(crate) const SEALED_KIND: &str = "idempotency";

/// The row that the encryption of a response is bound to.
fn sealed_id(credential: Uuid, key: &str) -> Vec<u8> {
    [credential.as_bytes(), key.as_bytes()].concat()
}

/// A response that can be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    status: u16,
    location: Option<String>,
    body: Bytes,
    /// The scopes of the secret that the body shows; `None` when it shows none.
    secret: Option<ScopeSet>,
    is_replay: bool,
}

impl StoredResponse {
    /// Creates a response with a JSON body.
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { status: status.as_u16(), location: None, body: body.into(), secret: None, is_replay: false })
    }

    /// Creates a response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status: status.as_u16(), location: None, body: Bytes::new(), secret: None, is_replay: false }
    }

    /// Adds a `Location` header: a path of this gateway.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Replaces the status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status.as_u16();
        self
    }

    /// Marks the body as one that shows a secret with these scopes. It is stored encrypted, and shown again only to a
    /// caller who holds the scopes.
    #[must_use]
    pub fn with_secret(mut self, scopes: ScopeSet) -> Self {
        self.secret = Some(scopes);
        self
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the response was stored by an earlier request with the same key.
    pub fn is_replay(&self) -> bool {
        self.is_replay
    }
}

impl IntoResponse for StoredResponse {
    fn into_response(self) -> Response {
        let is_empty = self.body.is_empty();
        let mut response = (Replayed(self.is_replay), self.body).into_response();
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        if is_empty {
            headers.remove(header::CONTENT_TYPE);
        } else {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(location) = self.location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// The row of a record.
#[derive(Clone, Copy)]
pub(super) struct Place<'k> {
    pub(super) tenant: TenantId,
    pub(super) credential: Uuid,
    pub(super) key: &'k str,
}

/// A stored record.
pub(super) struct Found {
    pub(super) fingerprint: Vec<u8>,
    /// The scopes of the secret that the response shows.
    pub(super) shown_scopes: Vec<String>,
    pub(super) response: StoredResponse,
}

/// Locks the key for the rest of the transaction; false when another transaction holds it. A hash collision (64 bits)
/// only makes two requests wait for each other.
pub(super) async fn claim(
    conn: &mut PgConnection,
    tenant: TenantId,
    credential: Uuid,
    key: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws(':', 'idempotency', $1, $2, $3), 0))",
    )
    .bind(tenant.to_string())
    .bind(credential.to_string())
    .bind(key)
    .fetch_one(conn)
    .await
}

/// Finds the unexpired record of a key.
pub(super) async fn find(
    conn: &mut PgConnection,
    vault: &Vault,
    tenant: TenantId,
    credential: Uuid,
    key: &str,
) -> Result<Option<Found>, ApiError> {
    let row = sqlx::query(
        "SELECT fingerprint, status, location, body, is_sealed, shown_scopes FROM app.idempotency
         WHERE tenant_id = $1 AND credential_id = $2 AND key = $3 AND expires_at > now()",
    )
    .bind(tenant)
    .bind(credential)
    .bind(key)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let body: Vec<u8> = row.try_get("body")?;
    let is_sealed: bool = row.try_get("is_sealed")?;
    let shown_scopes: Vec<String> = row.try_get("shown_scopes")?;
    let body = if is_sealed {
        let opened = vault
            .open(SEALED_KIND, tenant, sealed_id(credential, key), &body)
            .map_err(|error| ApiError::internal(&error))?;
        Bytes::copy_from_slice(&opened)
    } else {
        body.into()
    };
    let response = StoredResponse {
        status: u16::try_from(row.try_get::<i16, _>("status")?).unwrap_or(200),
        location: row.try_get("location")?,
        body,
        secret: is_sealed.then(|| ScopeSet::from_stored(&shown_scopes)),
        is_replay: true,
    };
    Ok(Some(Found { fingerprint: row.try_get("fingerprint")?, shown_scopes, response }))
}

/// Writes the record. Replaces an expired record of the same key, and deletes a few other expired ones.
pub(super) async fn insert(
    conn: &mut PgConnection,
    vault: &Vault,
    place: Place<'_>,
    fingerprint: &[u8; 32],
    response: &StoredResponse,
) -> Result<(), ApiError> {
    let sealed;
    let body: &[u8] = if response.secret.is_some() {
        sealed = vault.seal(SEALED_KIND, place.tenant, sealed_id(place.credential, place.key), &response.body);
        &sealed
    } else {
        &response.body
    };
    sqlx::query(
        "WITH expired AS (
             DELETE FROM app.idempotency WHERE tenant_id = $1 AND (credential_id, key) IN (
                 SELECT credential_id, key FROM app.idempotency
                 WHERE tenant_id = $1 AND expires_at <= now() AND (credential_id, key) <> ($2, $3)
                 ORDER BY expires_at LIMIT $11 FOR UPDATE SKIP LOCKED))
         INSERT INTO app.idempotency
             (tenant_id, credential_id, key, fingerprint, status, location, body, is_sealed, shown_scopes, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(hours => $10))
         ON CONFLICT (tenant_id, credential_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,
             status = excluded.status, location = excluded.location, body = excluded.body,
             is_sealed = excluded.is_sealed, shown_scopes = excluded.shown_scopes, expires_at = excluded.expires_at",
    )
    .bind(place.tenant)
    .bind(place.credential)
    .bind(place.key)
    .bind(fingerprint.as_slice())
    .bind(i16::try_from(response.status).unwrap_or(200))
    .bind(response.location.as_deref())
    .bind(body)
    .bind(response.secret.is_some())
    .bind(response.secret.unwrap_or_default().names())
    .bind(i32::try_from(RETENTION_HOURS).unwrap_or(24))
    .bind(EXPIRED_PER_WRITE_MAX)
    .execute(conn)
    .await?;
    Ok(())
}
