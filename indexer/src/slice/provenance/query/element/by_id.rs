//! Finds the elements of many ids in all vocabularies. Invariant: as for a list, the newest version of each element is
//! read, and older ones are skipped by the index.

use super::{ElementPage, NEWEST_FIRST, push_page, read_page};
use crate::{
    provenance::query::{limit_search, page::PageLimit},
    tenant,
};
use chain_types::TenantId;
use sqlx::{PgConnection, Postgres, QueryBuilder};

/// The most vocabularies in which an id is looked up. Of an id with elements in more, one more than these is found, so
/// that the caller knows.
pub const VOCABULARIES_PER_ID_MAX: usize = 16;

/// Finds the newest version of each element with one of these ids, in the order of the ids, and then of their
/// vocabularies. Those of the first id begin after the vocabulary `after`. The ids are different, in canonical form,
/// and without NUL.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn find_elements(
    connection: &mut PgConnection,
    tenant: TenantId,
    ids: &[String],
    after: Option<&str>,
    limit: PageLimit,
) -> Result<ElementPage, sqlx::Error> {
    limit_search(connection).await?;
    let mut statement = select_elements_by_id("", tenant, ids, after, limit)?;
    read_page(&statement.build().fetch_all(connection).await?)
}

/// The statement of [`find_elements`], after a `head` such as `EXPLAIN`.
pub(in super::super::super) fn select_elements_by_id(
    head: &'static str,
    tenant: TenantId,
    ids: &[String],
    after: Option<&str>,
    limit: PageLimit,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    push_page(&mut statement, limit, " ORDER BY m.place_of_id, m.vocabulary", |statement| {
        statement
            .push(
                "SELECT element.vocabulary, element.id, one.shard, one.height, one.record_index, one.tx_id,
                     one.record_time_ms, one.document, wanted.place AS place_of_id
                 FROM unnest(",
            )
            .push_bind(ids.to_vec())
            .push("::text[]) WITH ORDINALITY AS wanted (id, place) CROSS JOIN LATERAL (WITH RECURSIVE element AS ((");
        push_next(statement, tenant, |statement| {
            // No vocabulary has an empty name, so the first one of an id comes after it.
            statement.push("(wanted.id, CASE wanted.place WHEN 1 THEN ");
            statement.push_bind(after.unwrap_or_default().to_owned()).push(" ELSE '' END)");
        });
        statement.push(") UNION ALL SELECT next.* FROM element CROSS JOIN LATERAL (");
        push_next(statement, tenant, |statement| {
            statement.push("(element.id, element.vocabulary)");
        });
        statement
            .push(") AS next) SELECT * FROM element LIMIT ")
            .push_bind(i64::try_from(VOCABULARIES_PER_ID_MAX).unwrap_or(i64::MAX) + 1)
            .push(
                ") AS element CROSS JOIN LATERAL (
                 SELECT * FROM index.provenance_master_data m WHERE m.tenant_id = ",
            )
            .push_bind(tenant::uuid(tenant))
            .push(" AND m.subject = element.subject")
            .push(NEWEST_FIRST)
            .push(" LIMIT 1) AS one ORDER BY wanted.place, element.vocabulary LIMIT ")
            .push_bind(i64::from(limit.rows) + 1);
        Ok(())
    })?;
    Ok(statement)
}

/// Adds a SELECT of the next element of an id, after the id and the vocabulary that `bound` adds.
fn push_next(
    statement: &mut QueryBuilder<Postgres>,
    tenant: TenantId,
    bound: impl FnOnce(&mut QueryBuilder<Postgres>),
) {
    statement
        .push(
            "SELECT m.vocabulary, m.id, m.subject FROM index.provenance_master_data m
             WHERE m.id IS NOT NULL AND m.tenant_id = ",
        )
        .push_bind(tenant::uuid(tenant))
        // A range, not an equality, as in a list: only the index that begins with the id has the order asked for.
        .push(" AND m.id BETWEEN wanted.id AND wanted.id AND (m.id, m.vocabulary) > ");
    bound(statement);
    statement.push(" ORDER BY m.id, m.vocabulary LIMIT 1");
}
