//! Finds EPCIS events in the index. Invariant: the functions only read. Every statement names the tenant, is answered
//! through an index that begins with it, and ends after [`SEARCH_MS_MAX`].

mod condition;
pub(super) mod element;
pub(super) mod named;
mod page;
pub(super) mod place;
pub(super) mod record;
mod summary;
mod total;
pub(super) mod value;

pub use element::{
    ElementFilter, ElementPage, VOCABULARIES_PER_ID_MAX, element_versions, find_element, find_elements, list_elements,
};
pub use page::{EventPage, EventPosition, PageLimit};
pub use place::{PLACE_LEVELS_MAX, PLACES_MAX, expand_places};
pub use record::{StreamRecord, find_by_event_id, stream_records};
pub use summary::{ElementSummary, EventSummary, SUMMARY_TEXT_BYTES_MAX, subject_places, summaries};
pub use total::{Totals, read_totals};
pub use value::{has_value, list_values};

pub use crate::search::SEARCH_MS_MAX;
pub(super) use crate::search::limit_search;

use chain_seal::SubjectKey;
use chain_types::TenantId;
use condition::{push_conditions, push_order, push_position};
use named::Strategy;
use page::push_page;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use standards_epcis::query::EventQuery;

/// The tenant whose events are searched, and the key that blinds its subjects.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'k> {
    pub tenant: TenantId,
    pub subject_key: &'k SubjectKey,
}

/// Answers the EPCIS simple event query (EPCIS 2.0 section 8.2.7.1) with the events after a position, within `limit`.
/// Ignores `query.per_page`, `query.next_page_token` and `query.limit`, which are up to the caller.
///
/// Equal times are ordered by shard, height and index, so pages neither overlap nor have gaps. Identifiers are found by
/// their subjects, and those of a pattern as a range of keys. If a condition names few records, they are collected and
/// put in order; if it names many, the events are read in order and checked. A count with a limit decides.
///
/// # Errors
/// [`sqlx::Error`] when the database fails or a statement exceeds [`SEARCH_MS_MAX`].
pub async fn find_events(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    query: &EventQuery,
    after: Option<&EventPosition>,
    limit: PageLimit,
) -> Result<EventPage, sqlx::Error> {
    limit_search(connection).await?;
    let strategy = Strategy::choose(connection, owner, query).await?;
    let found = select_events("", owner, query, &strategy, after, limit)?.build().fetch_all(connection).await?;
    EventPage::read(&found, limit, query.order_by)
}

/// The statement of [`find_events`], after a `head` such as `EXPLAIN`.
pub(super) fn select_events(
    head: &'static str,
    owner: Owner<'_>,
    query: &EventQuery,
    strategy: &Strategy,
    after: Option<&EventPosition>,
    limit: PageLimit,
) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
    let mut within = QueryBuilder::<Postgres>::new(head);
    push_page(
        &mut within,
        limit,
        |statement| {
            push_conditions(statement, owner, query, strategy);
            after.map_or(Ok(()), |after| push_position(statement, query, after))
        },
        |statement| push_order(statement, query),
    )?;
    Ok(within)
}

/// Counts the events that a query finds, up to `count_max`.
///
/// # Errors
/// As [`find_events`].
pub async fn count_events(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    query: &EventQuery,
    count_max: u32,
) -> Result<u32, sqlx::Error> {
    limit_search(connection).await?;
    let strategy = Strategy::choose(connection, owner, query).await?;
    let mut statement = count_statement("", owner, query, &strategy, count_max);
    let count: i64 = statement.build_query_scalar().fetch_one(connection).await?;
    Ok(u32::try_from(count).expect("a count is at most `count_max`"))
}

/// The statement of [`count_events`], after a `head` such as `EXPLAIN`.
pub(super) fn count_statement(
    head: &'static str,
    owner: Owner<'_>,
    query: &EventQuery,
    strategy: &Strategy,
    count_max: u32,
) -> QueryBuilder<Postgres> {
    let mut statement = QueryBuilder::<Postgres>::new(head);
    statement.push("SELECT count(*) FROM (SELECT");
    push_conditions(&mut statement, owner, query, strategy);
    statement.push(" LIMIT ").push_bind(i64::from(count_max)).push(") AS found");
    statement
}
