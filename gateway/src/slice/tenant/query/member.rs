//! SQL on `app.member`. Invariant: every statement names the tenant. Removing a member also revokes the member's API
//! keys and all keys made by them.

use crate::{
    auth::Role,
    tenant::{id::MemberId, model::Member},
    tenant_id::TenantId,
};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

fn from_row(row: &PgRow) -> Result<Member, sqlx::Error> {
    Ok(Member {
        id: MemberId(row.try_get("member_id")?).to_string(),
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        // A role of a later version keeps its name. API keys of such a member have no scopes.
        role: row.try_get("role")?,
        created_at: row.try_get("created_at")?,
    })
}

/// Inserts a member; `None` when the e-mail address is taken.
pub(in crate::slice::tenant) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: MemberId,
    email: &str,
    name: &str,
    role: Role,
) -> Result<Option<Member>, sqlx::Error> {
    let row = sqlx::query(
        "INSERT INTO app.member (tenant_id, member_id, email, name, role) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, lower(email)) DO NOTHING RETURNING member_id, email, name, role, created_at",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(email)
    .bind(name)
    .bind(role.as_str())
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(from_row).transpose()
}

/// Lists at most `rows` members after an id, oldest first.
pub(in crate::slice::tenant) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<Uuid>,
    rows: u32,
) -> Result<Vec<(MemberId, Member)>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT member_id, email, name, role, created_at FROM app.member
         WHERE tenant_id = $1 AND ($2::uuid IS NULL OR member_id > $2) ORDER BY member_id LIMIT $3",
    )
    .bind(tenant)
    .bind(after)
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found.iter().map(|row| Ok((MemberId(row.try_get("member_id")?), from_row(row)?))).collect()
}

/// Finds one member.
pub(in crate::slice::tenant) async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: MemberId,
) -> Result<Option<Member>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT member_id, email, name, role, created_at FROM app.member WHERE tenant_id = $1 AND member_id = $2",
    )
    .bind(tenant)
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(from_row).transpose()
}

/// Counts all members and, of these, the owners.
pub(in crate::slice::tenant) async fn count(
    conn: &mut PgConnection,
    tenant: TenantId,
) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE role = 'owner') FROM app.member WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_one(conn)
        .await
}

/// Changes the name, and the role if there is a new one.
pub(in crate::slice::tenant) async fn update(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: MemberId,
    name: &str,
    role: Option<Role>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE app.member SET name = $3, role = coalesce($4, role) WHERE tenant_id = $1 AND member_id = $2")
        .bind(tenant)
        .bind(id.0)
        .bind(name)
        .bind(role.map(Role::as_str))
        .execute(conn)
        .await?;
    Ok(())
}

/// Revokes the member's keys with all keys made by them, and deletes the member.
pub(in crate::slice::tenant) async fn remove(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: MemberId,
) -> Result<(), sqlx::Error> {
    let keys: Vec<Uuid> = sqlx::query_scalar(
        "SELECT key_id FROM app.api_key WHERE tenant_id = $1 AND member_id = $2 AND revoked_at IS NULL",
    )
    .bind(tenant)
    .bind(id.0)
    .fetch_all(&mut *conn)
    .await?;
    super::api_key::revoke(&mut *conn, tenant, &keys).await?;
    sqlx::query("DELETE FROM app.member WHERE tenant_id = $1 AND member_id = $2")
        .bind(tenant)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}
