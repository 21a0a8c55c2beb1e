//! SQL on `app.named_query`. Invariant: every statement names the tenant.

use super::{NAMED_QUERIES_MAX, NamedQuery};
use crate::{error::ApiError, provenance::code, tenant_id::TenantId};
use serde_json::value::RawValue;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

/// Stores a query.
///
/// # Errors
/// `provenance.query_exists`, `provenance.too_many_queries`, failures of the database.
pub(in crate::slice::provenance) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    made_by: Uuid,
    named: &NamedQuery,
) -> Result<(), ApiError> {
    // The count stays valid until the commit.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('named_query:' || $1::text, 0))")
        .bind(tenant)
        .execute(&mut *conn)
        .await?;
    let inserted = sqlx::query(
        "INSERT INTO app.named_query (tenant_id, name, query, made_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(tenant)
    .bind(&named.name)
    .bind(named.query.get())
    .bind(made_by)
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        let detail = "A query with this name exists. Delete it first, or choose another name.";
        return Err(ApiError::new(&code::QUERY_EXISTS, detail).at("/name", code::QUERY_EXISTS.name, "in use"));
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM app.named_query WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_one(conn)
        .await?;
    if count > i64::from(NAMED_QUERIES_MAX) {
        let detail = format!("A tenant has at most {NAMED_QUERIES_MAX} named queries; delete one first.");
        return Err(ApiError::new(&code::TOO_MANY_QUERIES, detail));
    }
    Ok(())
}

/// Lists at most `rows` queries after a name, in the order of their names' bytes.
pub(in crate::slice::provenance) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<String>,
    rows: u32,
) -> Result<Vec<NamedQuery>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT name, query FROM app.named_query WHERE tenant_id = $1 AND ($2::text IS NULL OR name > $2)
         ORDER BY name LIMIT $3",
    )
    .bind(tenant)
    .bind(after)
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found.iter().map(from_row).collect()
}

/// Finds a query by its name.
pub(in crate::slice::provenance) async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    name: &str,
) -> Result<Option<NamedQuery>, sqlx::Error> {
    let row = sqlx::query("SELECT name, query FROM app.named_query WHERE tenant_id = $1 AND name = $2")
        .bind(tenant)
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Deletes a query; false when there is none.
pub(in crate::slice::provenance) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    name: &str,
) -> Result<bool, sqlx::Error> {
    let deleted = sqlx::query("DELETE FROM app.named_query WHERE tenant_id = $1 AND name = $2")
        .bind(tenant)
        .bind(name)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

fn from_row(row: &PgRow) -> Result<NamedQuery, sqlx::Error> {
    let query = RawValue::from_string(row.try_get("query")?);
    let query = query.map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(NamedQuery { name: row.try_get("name")?, query })
}
