//! Finds versions of master data. Invariant: a look-up of the newest version reads one row, whatever the number of
//! versions. A list goes from one element to the next, so a page costs as much as it has elements.

use super::{limit_time, page::PageLimit};
use crate::{
    column,
    provenance::{master_data::ElementVersion, row::subject_hash},
    tenant,
};
use chain_types::{Height, ShardId, Subject, TenantId};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _, postgres::PgRow};

/// The order of the versions of an element, newest first.
const NEWEST_FIRST: &str = " ORDER BY m.shard DESC, m.height DESC, m.record_index DESC";

/// Which elements a list has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ElementFilter {
    /// The full URI of their vocabulary.
    pub vocabulary: Option<String>,
    /// Their id in canonical form.
    pub id: Option<String>,
}

/// A page of elements or of versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementPage {
    pub rows: Vec<ElementVersion>,
    /// Whether more follow.
    pub has_more: bool,
}

/// Finds the newest version of an element; with `as_of`, among those recorded up to this time, in milliseconds since
/// 1970 UTC.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_element(
    connection: &mut PgConnection,
    tenant: TenantId,
    element: Subject,
    as_of: Option<i64>,
) -> Result<Option<ElementVersion>, sqlx::Error> {
    limit_time(connection).await?;
    let mut statement = select_element("", tenant, element, as_of);
    statement.build().fetch_optional(connection).await?.as_ref().map(ElementVersion::read).transpose()
}

/// The statement of [`find_element`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_element(
    head: &'static str,
    tenant: TenantId,
    element: Subject,
    as_of: Option<i64>,
) -> QueryBuilder<Postgres> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement.push("SELECT ").push(ElementVersion::COLUMNS);
    push_versions(&mut statement, tenant, element);
    if let Some(as_of) = as_of {
        statement.push(" AND m.record_time_ms <= ").push_bind(as_of);
    }
    statement.push(NEWEST_FIRST).push(" LIMIT 1");
    statement
}

/// Lists versions of an element, newest first, from the one before a record on.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn element_versions(
    connection: &mut PgConnection,
    tenant: TenantId,
    element: Subject,
    before: Option<(ShardId, Height, u32)>,
    limit: PageLimit,
) -> Result<ElementPage, sqlx::Error> {
    limit_time(connection).await?;
    let mut statement = select_element_versions("", tenant, element, before, limit)?;
    read_page(&statement.build().fetch_all(connection).await?)
}

/// The statement of [`element_versions`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_element_versions(
    head: &'static str,
    tenant: TenantId,
    element: Subject,
    before: Option<(ShardId, Height, u32)>,
    limit: PageLimit,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    let source = |statement: &mut QueryBuilder<Postgres>| {
        statement.push("SELECT m.*");
        push_versions(statement, tenant, element);
        if let Some((shard, height, record_index)) = before {
            statement.push(" AND (m.shard, m.height, m.record_index) < (");
            let mut values = statement.separated(", ");
            values.push_bind(column::stored("shard", shard)?);
            values.push_bind(column::stored("height", height)?);
            values.push_bind(column::stored("record_index", record_index)?);
            statement.push(")");
        }
        statement.push(NEWEST_FIRST).push(" LIMIT ").push_bind(i64::from(limit.rows) + 1);
        Ok(())
    };
    push_page(&mut statement, limit, NEWEST_FIRST, source)?;
    Ok(statement)
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
    limit_time(connection).await?;
    let mut statement = select_elements("", tenant, filter, after, limit)?;
    read_page(&statement.build().fetch_all(connection).await?)
}

/// The statement of [`list_elements`], after a `head` such as `EXPLAIN`.
pub(in super::super) fn select_elements(
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

/// Adds ` FROM … m WHERE …` with the versions of an element.
fn push_versions(statement: &mut QueryBuilder<Postgres>, tenant: TenantId, element: Subject) {
    statement.push(" FROM index.provenance_master_data m WHERE m.tenant_id = ").push_bind(tenant::uuid(tenant));
    statement.push(" AND m.subject = ").push_bind(subject_hash(element));
}

/// Adds the SELECT of a page of the rows that `source` selects, which are one more than the page at most.
fn push_page(
    statement: &mut QueryBuilder<Postgres>,
    limit: PageLimit,
    order: &'static str,
    source: impl FnOnce(&mut QueryBuilder<Postgres>) -> Result<(), sqlx::Error>,
) -> Result<(), sqlx::Error> {
    statement.push("SELECT ").push(ElementVersion::COLUMNS);
    statement.push(", m.matched FROM (SELECT m.*, count(*) OVER () AS matched, row_number() OVER (").push(order);
    statement.push(") AS place, sum(coalesce(octet_length(m.document), 0)) OVER (").push(order);
    statement.push(" ROWS UNBOUNDED PRECEDING) AS bytes FROM (");
    source(statement)?;
    statement.push(") AS m) AS m WHERE m.place = 1 OR (m.place <= ").push_bind(i64::from(limit.rows));
    statement.push(" AND m.bytes <= ").push_bind(i64::from(limit.bytes)).push(")").push(order);
    Ok(())
}

fn read_page(found: &[PgRow]) -> Result<ElementPage, sqlx::Error> {
    let matched: i64 = found.first().map_or(Ok(0), |row| row.try_get("matched"))?;
    let rows = found.iter().map(ElementVersion::read).collect::<Result<Vec<_>, _>>()?;
    let has_more = usize::try_from(matched).is_ok_and(|matched| matched > rows.len());
    Ok(ElementPage { rows, has_more })
}
