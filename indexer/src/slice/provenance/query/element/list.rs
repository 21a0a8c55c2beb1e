//! Lists elements of master data. Invariant: a list reads the newest version of each element and skips the older
//! ones by the index. So the cost of a page grows with its elements, and not with their versions.

use super::{ElementPage, NEWEST_FIRST, push_page, read_page};
use crate::{
    provenance::query::{limit_search, page::PageLimit},
    tenant,
};
use chain_types::TenantId;
use sqlx::{PgConnection, Postgres, QueryBuilder};

/// Which elements a list has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ElementFilter {
    /// The full URI of their vocabulary.
    pub vocabulary: Option<String>,
    /// Their id in canonical form.
    pub id: Option<String>,
}

/// Lists the newest version of each element of a filter, in the order of vocabulary and id, from the one after
/// `(vocabulary, id)` on.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn list_elements(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &ElementFilter,
    after: Option<&(String, String)>,
    limit: PageLimit,
) -> Result<ElementPage, sqlx::Error> {
    limit_search(connection).await?;
    let mut statement = select_elements("", tenant, filter, after, limit)?;
    read_page(&statement.build().fetch_all(connection).await?)
}

/// The statement of [`list_elements`], after a `head` such as `EXPLAIN`.
pub(in super::super::super) fn select_elements(
    head: &'static str,
    tenant: TenantId,
    filter: &ElementFilter,
    after: Option<&(String, String)>,
    limit: PageLimit,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    push_page(&mut statement, limit, " ORDER BY m.vocabulary, m.id", |statement| {
        statement.push(
            "SELECT element.vocabulary, element.id, one.shard, one.height, one.record_index, one.tx_id,
                 one.record_time_ms, one.document
             FROM (WITH RECURSIVE element AS ((",
        );
        push_next(statement, tenant, filter, |statement, columns| {
            if let Some((vocabulary, id)) = after {
                let after = if columns[0] == "m.id" { [id, vocabulary] } else { [vocabulary, id] };
                statement.push(format!(" AND ({}) > (", columns.join(", "))).push_bind(after[0].clone());
                statement.push(", ").push_bind(after[1].clone()).push(")");
            }
        });
        statement.push(") UNION ALL SELECT next.* FROM element CROSS JOIN LATERAL (");
        push_next(statement, tenant, filter, |statement, columns| {
            let known = columns.map(|column| column.replacen('m', "element", 1));
            statement.push(format!(" AND ({}) > ({})", columns.join(", "), known.join(", ")));
        });
        statement.push(") AS next) SELECT * FROM element LIMIT ").push_bind(i64::from(limit.rows) + 1);
        statement
            .push(
                ") AS element CROSS JOIN LATERAL (
                 SELECT * FROM index.provenance_master_data m WHERE m.tenant_id = ",
            )
            .push_bind(tenant::uuid(tenant))
            .push(" AND m.subject = element.subject")
            .push(NEWEST_FIRST)
            .push(" LIMIT 1) AS one");
        Ok(())
    })?;
    Ok(statement)
}

/// Adds a SELECT of the next element of a filter. `bound` adds the condition that it is after another one, in the order
/// of these columns.
///
/// A filter is a range, not an equality: so only the index that begins with its column has the order that is asked for,
/// and no statistics can prefer the other one.
fn push_next(
    statement: &mut QueryBuilder<Postgres>,
    tenant: TenantId,
    filter: &ElementFilter,
    bound: impl FnOnce(&mut QueryBuilder<Postgres>, [&'static str; 2]),
) {
    let columns = if filter.id.is_some() { ["m.id", "m.vocabulary"] } else { ["m.vocabulary", "m.id"] };
    statement
        .push(
            "SELECT m.vocabulary, m.id, m.subject FROM index.provenance_master_data m
             WHERE m.id IS NOT NULL AND m.tenant_id = ",
        )
        .push_bind(tenant::uuid(tenant));
    for (column, value) in [("m.id", &filter.id), ("m.vocabulary", &filter.vocabulary)] {
        if let Some(value) = value {
            statement.push(" AND ").push(column).push(" BETWEEN ").push_bind(value.clone());
            statement.push(" AND ").push_bind(value.clone());
        }
    }
    bound(statement, columns);
    statement.push(format!(" ORDER BY {} LIMIT 1", columns.join(", ")));
}
