//! The stored records of `Idempotency-Key`. Invariant: a response that is marked as secret is stored encrypted.

use super::{RETENTION_HOURS, Replayed};
use crate::{error::ApiError, tenant_id::TenantId, vault::Vault};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use sqlx::{PgConnection, Row as _};

/// The maximum number of expired records that one write deletes.
const EXPIRED_PER_WRITE_MAX: i64 = 4;
/// The kind of secret, which the encryption of responses is bound to.
const SEALED_KIND: &str = "idempotency";

/// A response that can be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    status: u16,
    location: Option<String>,
    body: Bytes,
    is_secret: bool,
    is_replay: bool,
}

impl StoredResponse {
    /// Creates a response with a JSON body.
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { status: status.as_u16(), location: None, body: body.into(), is_secret: false, is_replay: false })
    }

    /// Creates a response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status: status.as_u16(), location: None, body: Bytes::new(), is_secret: false, is_replay: false }
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

    /// Marks the body as secret, so that it is stored encrypted.
    #[must_use]
    pub fn with_secret(mut self) -> Self {
        self.is_secret = true;
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

/// Locks the key for the rest of the transaction; false when another transaction holds it. A hash collision (64 bits)
/// only makes two requests wait for each other.
pub(super) async fn claim(conn: &mut PgConnection, tenant: TenantId, key: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtextextended('idempotency:' || $1::text || ':' || $2, 0))")
        .bind(tenant)
        .bind(key)
        .fetch_one(conn)
        .await
}

/// Finds the unexpired record of a key: the request's fingerprint and the response.
pub(super) async fn find(
    conn: &mut PgConnection,
    vault: &Vault,
    tenant: TenantId,
    key: &str,
) -> Result<Option<(Vec<u8>, StoredResponse)>, ApiError> {
    let row = sqlx::query(
        "SELECT fingerprint, status, location, body, is_sealed FROM app.idempotency
         WHERE tenant_id = $1 AND key = $2 AND expires_at > now()",
    )
    .bind(tenant)
    .bind(key)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let body: Vec<u8> = row.try_get("body")?;
    let is_secret: bool = row.try_get("is_sealed")?;
    let body = if is_secret {
        let opened = vault.open(SEALED_KIND, tenant, key, &body).map_err(|error| ApiError::internal(&error))?;
        Bytes::copy_from_slice(&opened)
    } else {
        body.into()
    };
    let status = u16::try_from(row.try_get::<i16, _>("status")?).unwrap_or(200);
    let response = StoredResponse { status, location: row.try_get("location")?, body, is_secret, is_replay: true };
    Ok(Some((row.try_get("fingerprint")?, response)))
}

/// Writes the record. Replaces an expired record of the same key, and deletes a few other expired ones.
pub(super) async fn insert(
    conn: &mut PgConnection,
    vault: &Vault,
    tenant: TenantId,
    key: &str,
    fingerprint: &[u8; 32],
    response: &StoredResponse,
) -> Result<(), ApiError> {
    let sealed;
    let body: &[u8] = if response.is_secret {
        sealed = vault.seal(SEALED_KIND, tenant, key, &response.body);
        &sealed
    } else {
        &response.body
    };
    sqlx::query(
        "WITH expired AS (
             DELETE FROM app.idempotency WHERE tenant_id = $1 AND key IN (
                 SELECT key FROM app.idempotency WHERE tenant_id = $1 AND expires_at <= now() AND key <> $2
                 ORDER BY expires_at LIMIT $9 FOR UPDATE SKIP LOCKED))
         INSERT INTO app.idempotency (tenant_id, key, fingerprint, status, location, body, is_sealed, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(hours => $8))
         ON CONFLICT (tenant_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
             location = excluded.location, body = excluded.body, is_sealed = excluded.is_sealed,
             expires_at = excluded.expires_at",
    )
    .bind(tenant)
    .bind(key)
    .bind(fingerprint.as_slice())
    .bind(i16::try_from(response.status).unwrap_or(200))
    .bind(response.location.as_deref())
    .bind(body)
    .bind(response.is_secret)
    .bind(i32::try_from(RETENTION_HOURS).unwrap_or(24))
    .bind(EXPIRED_PER_WRITE_MAX)
    .execute(conn)
    .await?;
    Ok(())
}
