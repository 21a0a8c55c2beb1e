//! Lists what the events of a tenant name. Invariant: a list is a range of one index, and a page reads as many rows as
//! it has values, times the shards that name them.

use super::limit_search;
use crate::{
    column,
    provenance::value::{ValueKind, is_listed},
    tenant,
};
use chain_types::TenantId;
use sqlx::{PgConnection, Postgres, QueryBuilder};

/// Lists at most `limit` values of a kind after one, in the order of their bytes.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn list_values(
    connection: &mut PgConnection,
    tenant: TenantId,
    kind: ValueKind,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    limit_search(connection).await?;
    select_values("", tenant, kind, after, limit)?.build_query_scalar().fetch_all(connection).await
}

/// Whether an event of the tenant names a value.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn has_value(
    connection: &mut PgConnection,
    tenant: TenantId,
    kind: ValueKind,
    value: &str,
) -> Result<bool, sqlx::Error> {
    if !is_listed(value) {
        return Ok(false);
    }
    limit_search(connection).await?;
    select_value("", tenant, kind, value)?.build_query_scalar().fetch_one(connection).await
}

/// The statement of [`list_values`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_values(
    head: &'static str,
    tenant: TenantId,
    kind: ValueKind,
    after: Option<&str>,
    limit: u32,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement.push("SELECT DISTINCT v.value FROM index.provenance_value v WHERE v.tenant_id = ");
    statement.push_bind(tenant::uuid(tenant)).push(" AND v.kind = ").push_bind(column::stored("kind", kind)?);
    if let Some(after) = after {
        statement.push(" AND v.value > ").push_bind(after.to_owned());
    }
    statement.push(" ORDER BY v.value LIMIT ").push_bind(i64::from(limit));
    Ok(statement)
}

/// The statement of [`has_value`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_value(
    head: &'static str,
    tenant: TenantId,
    kind: ValueKind,
    value: &str,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement.push("SELECT EXISTS (SELECT FROM index.provenance_value v WHERE v.tenant_id = ");
    statement.push_bind(tenant::uuid(tenant)).push(" AND v.kind = ").push_bind(column::stored("kind", kind)?);
    statement.push(" AND v.value = ").push_bind(value.to_owned()).push(")");
    Ok(statement)
}
