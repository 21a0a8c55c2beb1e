//! Named secrets that all gateways of a deployment share. Invariant: a secret is created once, by the first gateway
//! that needs it. Secrets are stored encrypted.

use crate::{db, error::ApiError, operator::audit, tenant_id::TenantId, vault::Vault};
use sqlx::PgPool;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The name of the key that signs paging cursors.
pub const CURSOR: &str = "cursor";
/// The kind of secret, which the encryption is bound to.
pub(crate) const SEALED_KIND: &str = "service secret";

/// Loads the secret of a name, or creates it: 256 random bits, the same in every gateway.
pub async fn load(pool: &PgPool, vault: &Arc<Vault>, name: &'static str) -> Result<[u8; 32], ApiError> {
    let mut fresh = Zeroizing::new([0_u8; 32]);
    rand::fill(fresh.as_mut_slice());
    let candidate = vault.seal(SEALED_KIND, TenantId::SYSTEM, name, fresh.as_slice());
    let sealed: Vec<u8> = db::run_service(pool, move |conn| {
        Box::pin(async move {
            sqlx::query("INSERT INTO app.service_secret (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(candidate)
                .execute(&mut *conn)
                .await?;
            let query = sqlx::query_scalar("SELECT sealed FROM app.service_secret WHERE name = $1");
            Ok(query.bind(name).fetch_one(conn).await?)
        })
    })
    .await?;
    let opened =
        vault.open(SEALED_KIND, TenantId::SYSTEM, name, &sealed).map_err(|error| ApiError::internal(&error))?;
    opened.as_slice().try_into().map_err(|_| ApiError::internal(&"a service secret has 32 bytes"))
}

/// Replaces the secret of a name with a new one, for the operator.
pub async fn replace(pool: &PgPool, vault: &Arc<Vault>, name: &'static str) -> Result<[u8; 32], ApiError> {
    let mut fresh = Zeroizing::new([0_u8; 32]);
    rand::fill(fresh.as_mut_slice());
    let sealed = vault.seal(SEALED_KIND, TenantId::SYSTEM, name, fresh.as_slice());
    db::run_service(pool, move |conn| {
        Box::pin(async move {
            sqlx::query("UPDATE app.service_secret SET sealed = $2 WHERE name = $1")
                .bind(name)
                .bind(sealed)
                .execute(&mut *conn)
                .await?;
            audit::record(conn, "service_secret.rotate", name).await?;
            Ok(())
        })
    })
    .await?;
    Ok(*fresh)
}
