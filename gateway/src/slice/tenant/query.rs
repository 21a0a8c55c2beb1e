//! SQL of tenants, inside a transaction of the tenant. Invariant: every statement names the tenant, so row-level
//! security is the second barrier.

pub(super) mod api_key;
pub(super) mod member;

use super::model::Tenant;
use crate::{auth::credential::Mode, tenant_id::TenantId};
use sqlx::{PgConnection, Row as _};

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
