//! SQL on `app.link` and `app.link_total`. Invariant: every statement names the tenant, and a change locks the tenant's
//! total first. So the limits and the default links hold, and each check is one look-up, however many links the tenant
//! has.

use super::{
    limit::{LINKED_OBJECTS_MAX, LINKS_OF_TENANT_BYTES_MAX},
    links::Links,
};
use crate::{error::ApiError, provenance::code, tenant_id::TenantId};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use standards_gs1::digital_link::Identifier;
use time::OffsetDateTime;
use uuid::Uuid;

/// The links of an object as they are stored.
#[derive(Debug)]
pub(in crate::slice::provenance) struct Stored {
    /// The path of the object's canonical Digital Link.
    pub(in crate::slice::provenance) identifier: String,
    /// A linkset of one anchor.
    pub(in crate::slice::provenance) links: String,
}

/// An object for which links are stored.
#[derive(Debug)]
pub(in crate::slice::provenance) struct Object {
    pub(in crate::slice::provenance) identifier: String,
    pub(in crate::slice::provenance) changed_at: OffsetDateTime,
}

/// Stores the links of an object in place of those that it had; true when it had none.
///
/// # Errors
/// `provenance.no_default_link`, `provenance.too_many_links`, failures of the database.
pub(in crate::slice::provenance) async fn put(
    conn: &mut PgConnection,
    tenant: TenantId,
    made_by: Uuid,
    links: &Links,
) -> Result<bool, ApiError> {
    lock_total(conn, tenant).await?;
    if !links.has_default && !exists(conn, tenant, &links.key).await? {
        let detail = "Add a default link, or store the links of the primary key first: they have one.";
        return Err(ApiError::new(&code::NO_DEFAULT_LINK, detail));
    }
    let before: Option<i32> =
        sqlx::query_scalar("SELECT octet_length(links) FROM app.link WHERE tenant_id = $1 AND identifier = $2")
            .bind(tenant)
            .bind(&links.identifier)
            .fetch_optional(&mut *conn)
            .await?;
    sqlx::query(
        "INSERT INTO app.link (tenant_id, identifier, links, has_default, made_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, identifier) DO UPDATE
         SET links = excluded.links, has_default = excluded.has_default, made_by = excluded.made_by,
             changed_at = excluded.changed_at",
    )
    .bind(tenant)
    .bind(&links.identifier)
    .bind(&links.document)
    .bind(links.has_default)
    .bind(made_by)
    .execute(&mut *conn)
    .await?;
    let bytes = i64::try_from(links.document.len()).unwrap_or(i64::MAX);
    let added = (i64::from(before.is_none()), bytes - i64::from(before.unwrap_or(0)));
    let (objects, bytes) = add_to_total(conn, tenant, added).await?;
    if objects > i64::from(LINKED_OBJECTS_MAX) && before.is_none() {
        let detail = format!("A tenant has links for at most {LINKED_OBJECTS_MAX} objects; delete some first.");
        return Err(ApiError::new(&code::TOO_MANY_LINKS, detail));
    }
    if bytes > i64::from(LINKS_OF_TENANT_BYTES_MAX) && added.1 > 0 {
        let detail =
            format!("The links of a tenant have at most {LINKS_OF_TENANT_BYTES_MAX} bytes; delete some first.");
        return Err(ApiError::new(&code::TOO_MANY_LINKS, detail));
    }
    Ok(before.is_none())
}

/// Deletes the links of an object; false when it has none.
///
/// # Errors
/// `provenance.default_link_in_use`, failures of the database.
pub(in crate::slice::provenance) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    object: &Identifier,
) -> Result<bool, ApiError> {
    let path = object.path();
    lock_total(conn, tenant).await?;
    let deleted: Option<i32> = sqlx::query_scalar(
        "DELETE FROM app.link WHERE tenant_id = $1 AND identifier = $2 RETURNING octet_length(links)",
    )
    .bind(tenant)
    .bind(&path)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(bytes) = deleted else { return Ok(false) };
    if object.qualifiers().is_empty() && needs_default_of(conn, tenant, &path).await? {
        let detail = "Objects with qualifiers have no default link of their own; delete their links first.";
        return Err(ApiError::new(&code::DEFAULT_LINK_IN_USE, detail));
    }
    add_to_total(conn, tenant, (-1, -i64::from(bytes))).await?;
    Ok(true)
}

/// Finds the links of an object and of the levels above it, in no order. A suspended tenant has none.
pub(in crate::slice::provenance) async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    identifiers: &[String],
) -> Result<Vec<Stored>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT l.identifier, l.links FROM app.link l JOIN app.tenant t ON t.tenant_id = l.tenant_id
         WHERE l.tenant_id = $1 AND l.identifier = ANY ($2) AND t.suspended_at IS NULL",
    )
    .bind(tenant)
    .bind(identifiers)
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

/// Lists at most `rows` objects after one, in the order of the bytes of their paths.
pub(in crate::slice::provenance) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<String>,
    rows: u32,
) -> Result<Vec<Object>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT identifier, changed_at FROM app.link WHERE tenant_id = $1 AND identifier > $2
         ORDER BY identifier LIMIT $3",
    )
    .bind(tenant)
    .bind(after.unwrap_or_default())
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found.iter().map(object).collect()
}

/// Locks the total of a tenant until the end of the transaction.
async fn lock_total(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO app.link_total (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(tenant)
        .execute(&mut *conn)
        .await?;
    let lock = sqlx::query("SELECT FROM app.link_total WHERE tenant_id = $1 FOR UPDATE").bind(tenant);
    lock.execute(conn).await.map(drop)
}

async fn add_to_total(
    conn: &mut PgConnection,
    tenant: TenantId,
    (objects, bytes): (i64, i64),
) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(
        "UPDATE app.link_total SET identifiers = identifiers + $2, bytes = bytes + $3 WHERE tenant_id = $1
         RETURNING identifiers, bytes",
    )
    .bind(tenant)
    .bind(objects)
    .bind(bytes)
    .fetch_one(conn)
    .await
}

async fn exists(conn: &mut PgConnection, tenant: TenantId, identifier: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM app.link WHERE tenant_id = $1 AND identifier = $2)")
        .bind(tenant)
        .bind(identifier)
        .fetch_one(conn)
        .await
}

/// Whether an object below this one has no default link of its own.
async fn needs_default_of(conn: &mut PgConnection, tenant: TenantId, key: &str) -> Result<bool, sqlx::Error> {
    // Paths are compared by bytes, and `0` is the byte after `/`: what begins with the key and a slash is between both.
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM app.link
         WHERE tenant_id = $1 AND NOT has_default AND identifier > $2 || '/' AND identifier < $2 || '0')",
    )
    .bind(tenant)
    .bind(key)
    .fetch_one(conn)
    .await
}

fn stored(row: &PgRow) -> Result<Stored, sqlx::Error> {
    Ok(Stored { identifier: row.try_get("identifier")?, links: row.try_get("links")? })
}

fn object(row: &PgRow) -> Result<Object, sqlx::Error> {
    Ok(Object { identifier: row.try_get("identifier")?, changed_at: row.try_get("changed_at")? })
}
