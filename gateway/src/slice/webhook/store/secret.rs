//! SQL on `app.webhook_secret`. Invariant: a secret is stored sealed, bound to its tenant and id. At most
//! [`SECRETS_VALID_MAX`] secrets of an endpoint are valid at once; the newest one does not expire.

use crate::{
    error::ApiError,
    tenant_id::TenantId,
    vault::Vault,
    webhook::{
        bounds::SECRETS_VALID_MAX,
        id::{SecretId, WebhookId},
        model::Signature,
    },
};
use sqlx::{PgConnection, Row as _};
use standards_webhooks::secret::Secret;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The kind of secret, which the encryption is bound to.
pub(crate) const SEALED_KIND: &str = "webhook secret";

/// A secret without its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredSecret {
    pub id: SecretId,
    /// The text of the public key, `whpk_…`; `None` for a symmetric secret.
    pub public_key: Option<String>,
    pub created_at: OffsetDateTime,
    /// When it stops to sign; `None` for the newest.
    pub expires_at: Option<OffsetDateTime>,
}

/// A random secret.
///
/// # Errors
/// `internal` if the crate of webhooks refuses 32 random bytes.
pub(in crate::slice::webhook) fn random(signature: Signature) -> Result<Secret, ApiError> {
    let mut random = Zeroizing::new([0_u8; 32]);
    rand::fill(random.as_mut_slice());
    match signature {
        Signature::Hmac => Secret::symmetric(random.as_slice()).map_err(|error| ApiError::internal(&error)),
        Signature::Ed25519 => Ok(Secret::asymmetric(&random)),
    }
}

/// Inserts the newest secret. The one before stays valid for `grace_s` seconds, and older ones end.
pub(in crate::slice::webhook) async fn insert(
    conn: &mut PgConnection,
    vault: &Vault,
    tenant: TenantId,
    webhook: WebhookId,
    secret: &Secret,
    grace_s: u32,
) -> Result<StoredSecret, ApiError> {
    sqlx::query("DELETE FROM app.webhook_secret WHERE tenant_id = $1 AND webhook_id = $2 AND expires_at IS NOT NULL")
        .bind(tenant)
        .bind(webhook.0)
        .execute(&mut *conn)
        .await?;
    // With a grace of 0 it has expired for every later transaction.
    sqlx::query(
        "UPDATE app.webhook_secret SET expires_at = now() + make_interval(secs => $3)
         WHERE tenant_id = $1 AND webhook_id = $2",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(f64::from(grace_s))
    .execute(&mut *conn)
    .await?;
    let id = SecretId::new();
    let sealed = vault.seal(SEALED_KIND, tenant, id.0, secret.to_text().as_bytes());
    let public_key = secret.public_key().map(|key| key.to_string());
    let created_at = sqlx::query_scalar(
        "INSERT INTO app.webhook_secret (tenant_id, webhook_id, secret_id, sealed, public_key)
         VALUES ($1, $2, $3, $4, $5) RETURNING created_at",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(id.0)
    .bind(sealed)
    .bind(public_key.as_deref())
    .fetch_one(conn)
    .await?;
    Ok(StoredSecret { id, public_key, created_at, expires_at: None })
}

/// Lists the valid secrets without their values, the newest first.
pub(in crate::slice::webhook) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Vec<StoredSecret>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT secret_id, public_key, created_at, expires_at FROM app.webhook_secret
         WHERE tenant_id = $1 AND webhook_id = $2 AND (expires_at IS NULL OR expires_at > now())
         ORDER BY secret_id DESC",
    )
    .bind(tenant)
    .bind(webhook.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredSecret {
                id: SecretId(row.try_get("secret_id")?),
                public_key: row.try_get("public_key")?,
                created_at: row.try_get("created_at")?,
                expires_at: row.try_get("expires_at")?,
            })
        })
        .collect()
}

/// The secrets that sign a webhook now, the newest first, each with its expiry.
///
/// # Errors
/// `internal` for a secret that cannot be opened, failures of the database.
pub async fn valid(
    conn: &mut PgConnection,
    vault: &Vault,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Vec<(Secret, Option<OffsetDateTime>)>, ApiError> {
    let rows: Vec<(uuid::Uuid, Vec<u8>, Option<OffsetDateTime>)> = sqlx::query_as(
        "SELECT secret_id, sealed, expires_at FROM app.webhook_secret
         WHERE tenant_id = $1 AND webhook_id = $2 AND (expires_at IS NULL OR expires_at > now())
         ORDER BY secret_id DESC LIMIT $3",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(i64::try_from(SECRETS_VALID_MAX).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, sealed, expires_at)| {
            let opened = vault.open(SEALED_KIND, tenant, id, &sealed).map_err(|error| ApiError::internal(&error))?;
            let text = std::str::from_utf8(&opened).map_err(|error| ApiError::internal(&error))?;
            Ok((Secret::parse(text).map_err(|error| ApiError::internal(&error))?, expires_at))
        })
        .collect()
}
