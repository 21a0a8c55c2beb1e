//! Finds versions of master data. Invariant: a look-up of the newest version reads one row, even where an element has
//! many versions.

mod by_id;
mod list;

#[cfg(test)]
pub(in super::super) use by_id::select_elements_by_id;
pub use by_id::{VOCABULARIES_PER_ID_MAX, find_elements};
#[cfg(test)]
pub(in super::super) use list::select_elements;
pub use list::{ElementFilter, list_elements};

use super::{limit_search, page::PageLimit};
use crate::{
    column,
    provenance::{master_data::ElementVersion, row::subject_hash},
    tenant,
};
use chain_types::{Height, ShardId, Subject, TenantId};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _, postgres::PgRow};

/// The order of the versions of an element, newest first.
const NEWEST_FIRST: &str = " ORDER BY m.shard DESC, m.height DESC, m.record_index DESC";

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
    limit_search(connection).await?;
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
    limit_search(connection).await?;
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
