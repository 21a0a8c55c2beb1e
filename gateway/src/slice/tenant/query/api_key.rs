//! SQL on `app.api_key`. Invariant: the functions take hashes of secrets, never a secret.

use crate::{
    auth::{
        ScopeSet,
        credential::{Mode, client_id},
        key_state::effective,
    },
    tenant::{
        id::{KeyId, MemberId},
        lockout::Standing,
        model::ApiKey,
    },
    tenant_id::TenantId,
};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// The row of a new key.
#[derive(Clone, Debug)]
pub(in crate::slice::tenant) struct NewRow {
    pub(in crate::slice::tenant) id: KeyId,
    pub(in crate::slice::tenant) member: Option<MemberId>,
    pub(in crate::slice::tenant) made_by: Option<KeyId>,
    pub(in crate::slice::tenant) name: String,
    pub(in crate::slice::tenant) mode: Mode,
    pub(in crate::slice::tenant) scopes: ScopeSet,
    pub(in crate::slice::tenant) secret_hash: [u8; 32],
    pub(in crate::slice::tenant) expires_at: Option<OffsetDateTime>,
}

fn from_row(tenant: TenantId, row: &PgRow) -> Result<ApiKey, sqlx::Error> {
    let id: Uuid = row.try_get("key_id")?;
    Ok(ApiKey {
        id: KeyId(id).to_string(),
        client_id: client_id(tenant, id),
        name: row.try_get("name")?,
        mode: Mode::from_stored(row.try_get("mode")?),
        member_id: row.try_get::<Option<Uuid>, _>("member_id")?.map(|member| MemberId(member).to_string()),
        made_by: row.try_get::<Option<Uuid>, _>("made_by")?.map(|key| KeyId(key).to_string()),
        scopes: row.try_get("scopes")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

/// Inserts a key.
pub(in crate::slice::tenant) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    new: &NewRow,
) -> Result<ApiKey, sqlx::Error> {
    let row = sqlx::query(
        "INSERT INTO app.api_key (tenant_id, key_id, member_id, name, mode, scopes, secret_hash, expires_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         RETURNING key_id, member_id, made_by, name, mode, scopes, created_at, expires_at, last_used_at, revoked_at",
    )
    .bind(tenant)
    .bind(new.id.0)
    .bind(new.member.map(|member| member.0))
    .bind(&new.name)
    .bind(new.mode.as_str())
    .bind(new.scopes.names())
    .bind(new.secret_hash.as_slice())
    .bind(new.expires_at)
    .bind(new.made_by.map(|key| key.0))
    .fetch_one(conn)
    .await?;
    from_row(tenant, &row)
}

/// Lists at most `rows` keys after an id, oldest first, including revoked ones.
pub(in crate::slice::tenant) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<Uuid>,
    rows: u32,
) -> Result<Vec<(KeyId, ApiKey)>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT key_id, member_id, made_by, name, mode, scopes, created_at, expires_at, last_used_at, revoked_at
         FROM app.api_key WHERE tenant_id = $1 AND ($2::uuid IS NULL OR key_id > $2) ORDER BY key_id LIMIT $3",
    )
    .bind(tenant)
    .bind(after)
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found.iter().map(|row| Ok((KeyId(row.try_get("key_id")?), from_row(tenant, row)?))).collect()
}

/// Finds one key.
pub(in crate::slice::tenant) async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: KeyId,
) -> Result<Option<ApiKey>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT key_id, member_id, made_by, name, mode, scopes, created_at, expires_at, last_used_at, revoked_at
         FROM app.api_key WHERE tenant_id = $1 AND key_id = $2",
    )
    .bind(tenant)
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(|row| from_row(tenant, row)).transpose()
}

/// Counts the keys that are neither revoked nor expired.
pub(in crate::slice::tenant) async fn count(conn: &mut PgConnection, tenant: TenantId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM app.api_key
         WHERE tenant_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
    )
    .bind(tenant)
    .fetch_one(conn)
    .await
}

/// Reads what decides which keys can manage keys: every key that is not revoked.
pub(in crate::slice::tenant) async fn standing(
    conn: &mut PgConnection,
    tenant: TenantId,
) -> Result<Vec<Standing>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT k.key_id, k.made_by, k.scopes, k.expires_at, m.role FROM app.api_key k
             LEFT JOIN app.member m ON m.tenant_id = k.tenant_id AND m.member_id = k.member_id
         WHERE k.tenant_id = $1 AND k.revoked_at IS NULL",
    )
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Standing {
                id: row.try_get("key_id")?,
                made_by: row.try_get("made_by")?,
                scopes: effective(
                    &row.try_get::<Vec<String>, _>("scopes")?,
                    row.try_get::<Option<String>, _>("role")?.as_deref(),
                ),
                expires_at: row.try_get("expires_at")?,
            })
        })
        .collect()
}

/// Replaces the secret. The previous one is accepted for `grace_s` more seconds.
pub(in crate::slice::tenant) async fn rotate(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: KeyId,
    secret_hash: &[u8; 32],
    grace_s: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE app.api_key SET previous_hash = secret_hash, previous_until = now() + make_interval(secs => $4),
             secret_hash = $3
         WHERE tenant_id = $1 AND key_id = $2",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(secret_hash.as_slice())
    .bind(f64::from(grace_s))
    .execute(conn)
    .await?;
    Ok(())
}

/// Revokes keys and all keys made by them, by those, and so on. The time of the first revocation is kept.
pub(in crate::slice::tenant) async fn revoke(
    conn: &mut PgConnection,
    tenant: TenantId,
    keys: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH RECURSIVE fallen AS (
             SELECT key_id FROM app.api_key WHERE tenant_id = $1 AND key_id = ANY ($2)
             UNION
             SELECT k.key_id FROM fallen JOIN app.api_key k ON k.tenant_id = $1 AND k.made_by = fallen.key_id)
         UPDATE app.api_key SET revoked_at = now()
         WHERE tenant_id = $1 AND key_id IN (SELECT key_id FROM fallen) AND revoked_at IS NULL",
    )
    .bind(tenant)
    .bind(keys)
    .execute(conn)
    .await?;
    Ok(())
}
