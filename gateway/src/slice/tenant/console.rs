//! Codes that sign the console in once. Invariant: a code works once and for [`CODE_S_MAX`] at most, and only its hash
//! is stored. Only the operator's machine makes codes, so nobody else can sign a browser in.
//!
//! Format: `wcc_`, then base64url (RFC 4648, section 5) of tenant (16 bytes) ‖ random bytes (32).

use super::{
    code,
    model::ApiKeyWithSecret,
    provision::{RootKey, issue_root_key},
    query,
};
use crate::{
    auth::{Credential, Secret},
    db,
    error::ApiError,
    operator::audit,
    state::Gateway,
    tenant_id::TenantId,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The time in seconds within which a code must be used.
pub const CODE_S_MAX: u32 = 600;
/// The lifetime in seconds of the API key that a console session uses: 12 hours.
pub const SESSION_S_MAX: u32 = 12 * 3_600;
/// The maximum length of a code, in bytes.
pub const CODE_BYTES_MAX: usize = 128;

const PREFIX: &str = "wcc_";
const TENANT_BYTES: usize = 16;

/// Makes a code that signs the console in to a tenant, with every scope of an owner.
///
/// # Errors
/// `tenant.unknown_tenant`, and failures of the database.
pub async fn issue_code(gateway: &Gateway, tenant: TenantId) -> Result<Zeroizing<String>, ApiError> {
    let secret = Secret::random();
    let hash = secret.hash();
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            if tenant == TenantId::SYSTEM || !query::exists(conn, tenant).await? {
                return Err(ApiError::new(&code::UNKNOWN_TENANT, "`waymark operator tenant list` shows all tenants."));
            }
            insert(conn, tenant, &hash).await?;
            audit::record_within(conn, "console.link", &tenant.to_string()).await?;
            Ok(())
        })
    })
    .await?;
    let bytes = Zeroizing::new([tenant.as_bytes().as_slice(), secret.expose()].concat());
    Ok(Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&bytes))))
}

/// Uses a code up, and returns an API key of the session.
///
/// # Errors
/// `tenant.console_code` for every code that is not valid now, without saying why.
pub(super) async fn exchange(gateway: &Gateway, text: &str) -> Result<ApiKeyWithSecret, ApiError> {
    let (tenant, secret) = parse(text).ok_or_else(refused)?;
    let hash = secret.hash();
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            if !take(conn, tenant, &hash).await? {
                return Err(refused());
            }
            let mode = query::read_tenant(conn, tenant).await?.mode;
            let expires_at = OffsetDateTime::now_utc() + time::Duration::seconds(i64::from(SESSION_S_MAX));
            let key = RootKey { expires_at: Some(expires_at), ..RootKey::of_owner("Console session", mode) };
            let credential = Credential { tenant, key_id: Uuid::now_v7(), secret: Secret::random() };
            issue_root_key(conn, credential, key).await
        })
    })
    .await
}

fn refused() -> ApiError {
    let detail = "A link works once and for ten minutes; `waymark console-link` prints another.";
    ApiError::new(&code::CONSOLE_CODE, detail)
}

fn parse(text: &str) -> Option<(TenantId, Secret)> {
    if text.len() > CODE_BYTES_MAX {
        return None;
    }
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?);
    let (tenant, secret) = bytes.split_at_checked(TENANT_BYTES)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), Secret::from_bytes(secret.try_into().ok()?)))
}

/// Stores the hash of a code, and deletes the tenant's expired ones.
async fn insert(conn: &mut PgConnection, tenant: TenantId, hash: &[u8; 32]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM app.console_code WHERE tenant_id = $1 AND expires_at <= now()")
        .bind(tenant)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO app.console_code (tenant_id, code_hash, expires_at)
         VALUES ($1, $2, now() + make_interval(secs => $3))",
    )
    .bind(tenant)
    .bind(hash.as_slice())
    .bind(f64::from(CODE_S_MAX))
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a code; whether it was valid.
async fn take(conn: &mut PgConnection, tenant: TenantId, hash: &[u8; 32]) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "DELETE FROM app.console_code WHERE tenant_id = $1 AND code_hash = $2 AND expires_at > now()
         AND NOT EXISTS (SELECT FROM app.tenant WHERE tenant_id = $1 AND suspended_at IS NOT NULL)",
    )
    .bind(tenant)
    .bind(hash.as_slice())
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_text_of_a_code_parses() {
        let bytes = [7; TENANT_BYTES + 32];
        let code = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        let (tenant, secret) = parse(&code).expect("a code");
        assert_eq!((tenant.as_bytes(), secret.expose()), (&[7; TENANT_BYTES], [7; 32].as_slice()));
        for bad in ["", PREFIX, &code[1..], &code[..code.len() - 2], &format!("{code}AAAA"), &"A".repeat(129)] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
