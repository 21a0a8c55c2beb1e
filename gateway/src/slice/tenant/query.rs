//! SQL of tenants, inside a transaction of the tenant. Invariant: every statement names the tenant, so row-level
//! security is the second barrier. Only the operator's list of tenants, in the role `waymark_service`, names none.

pub(super) mod api_key;
pub(super) mod member;

use super::model::Tenant;
use crate::{auth::credential::Mode, tenant_id::TenantId};
use serde::Serialize;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

/// Inserts the tenant's row; does nothing if it exists.
pub(super) async fn insert_tenant(
    conn: &mut PgConnection,
    tenant: TenantId,
    name: &str,
    mode: Mode,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO app.tenant (tenant_id, name, mode) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(tenant)
        .bind(name)
        .bind(mode.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Reads the tenant's row.
pub(super) async fn read_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<Tenant, sqlx::Error> {
    let row = sqlx::query("SELECT name, mode, created_at FROM app.tenant WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_one(conn)
        .await?;
    Ok(Tenant {
        id: tenant.to_string(),
        name: row.try_get("name")?,
        mode: Mode::from_stored(row.try_get("mode")?),
        created_at: row.try_get("created_at")?,
    })
}

/// Locks the tenant until the transaction ends, so that counts stay valid until the commit.
pub(super) async fn lock_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('tenant:' || $1::text, 0))")
        .bind(tenant)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the tenant has a row.
pub(super) async fn exists(conn: &mut PgConnection, tenant: TenantId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM app.tenant WHERE tenant_id = $1)").bind(tenant).fetch_one(conn).await
}

/// A tenant as the operator sees it.
#[derive(Clone, Debug, Serialize)]
pub struct TenantRow {
    pub tenant_id: TenantId,
    pub name: String,
    pub mode: Mode,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Since when it is suspended; absent when it is not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub suspended_at: Option<OffsetDateTime>,
}

/// Lists at most `rows` tenants after an id, without the operator's own. The role is `waymark_service`.
pub(super) async fn list_tenants(
    conn: &mut PgConnection,
    after: Option<TenantId>,
    rows: u32,
) -> Result<Vec<TenantRow>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT tenant_id, name, mode, created_at, suspended_at FROM app.tenant
         WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2",
    )
    .bind(after.unwrap_or(TenantId::SYSTEM))
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found
        .iter()
        .map(|row| {
            Ok(TenantRow {
                tenant_id: row.try_get("tenant_id")?,
                name: row.try_get("name")?,
                mode: Mode::from_stored(row.try_get("mode")?),
                created_at: row.try_get("created_at")?,
                suspended_at: row.try_get("suspended_at")?,
            })
        })
        .collect()
}

/// Suspends a tenant or ends its suspension; false when there is no such tenant. The role is `waymark_service`.
pub(super) async fn set_suspended(
    conn: &mut PgConnection,
    tenant: TenantId,
    is_suspended: bool,
) -> Result<bool, sqlx::Error> {
    let updated = sqlx::query(
        "UPDATE app.tenant SET suspended_at = CASE WHEN $2 THEN coalesce(suspended_at, now()) END WHERE tenant_id = $1",
    )
    .bind(tenant)
    .bind(is_suspended)
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() == 1)
}
