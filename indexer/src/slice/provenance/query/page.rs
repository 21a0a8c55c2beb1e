//! A page of events: its size in rows and bytes, and the position after it. Invariant: the documents of a page have at
//! most the bytes of its limit together, unless the first one alone has more. Documents beyond are not read from disk.

use super::super::row::EventRow;
use crate::column::ColumnError;
use chain_types::{Height, ShardId};
use sqlx::{Postgres, QueryBuilder, Row as _, postgres::PgRow};
use standards_epcis::{query::OrderBy, timestamp::Timestamp};

/// The size of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageLimit {
    /// The most events.
    pub rows: u32,
    /// The most bytes of documents. The first event counts as none, so a page always has one.
    pub bytes: u32,
}

/// The position of an event in an ordered answer: a page ends at one, and the next page begins after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EventPosition {
    /// The time that orders the answer, event time or record time.
    pub time: Timestamp,
    pub shard: ShardId,
    pub height: Height,
    /// The index of its record within the block.
    pub record_index: u32,
}

impl EventPosition {
    /// The position of an event in an answer in this order.
    pub fn of(row: &EventRow, order_by: OrderBy) -> Self {
        let time = match order_by {
            OrderBy::EventTime => row.event_time(),
            OrderBy::RecordTime => row.record_time(),
        };
        Self { time, shard: row.shard, height: row.height, record_index: row.record_index }
    }
}

/// A page of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventPage {
    /// The events, in the query's order.
    pub rows: Vec<EventRow>,
    /// The position after which the next page begins; `None` on the last page.
    pub next: Option<EventPosition>,
}

impl EventPage {
    /// Reads the rows of a statement of [`push_page`].
    pub(super) fn read(found: &[PgRow], limit: PageLimit, order_by: OrderBy) -> Result<Self, sqlx::Error> {
        let matched: i64 = found.first().map_or(Ok(0), |row| row.try_get("matched"))?;
        let rows_max = usize::try_from(limit.rows).expect("usize has at least 32 bits");
        let rows = found.iter().take(rows_max).map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        let has_more = usize::try_from(matched).is_ok_and(|matched| matched > rows.len());
        let next = rows.last().filter(|_| has_more).map(|last| EventPosition::of(last, order_by));
        Ok(Self { rows, next })
    }
}

/// Adds the SELECT of a page of events. `source` adds ` FROM … e WHERE …`, and `order` adds a total order
/// ` ORDER BY …` on `e`.
pub(super) fn push_page(
    statement: &mut QueryBuilder<Postgres>,
    limit: PageLimit,
    source: impl FnOnce(&mut QueryBuilder<Postgres>) -> Result<(), ColumnError>,
    order: impl Fn(&mut QueryBuilder<Postgres>),
) -> Result<(), ColumnError> {
    statement
        .push("SELECT ")
        .push(EventRow::COLUMNS)
        .push(", e.matched FROM (SELECT e.*, count(*) OVER () AS matched, row_number() OVER (");
    order(statement);
    // The length of a document is stored beside it, so the window does not read the documents themselves.
    statement.push(") AS place, sum(octet_length(e.document)) OVER (");
    order(statement);
    statement.push(" ROWS UNBOUNDED PRECEDING) AS bytes FROM (SELECT e.*");
    source(statement)?;
    order(statement);
    // One additional row shows whether there is a next page.
    statement.push(" LIMIT ").push_bind(i64::from(limit.rows) + 1);
    statement.push(") AS e) AS e WHERE e.place = 1 OR e.bytes <= ").push_bind(i64::from(limit.bytes));
    order(statement);
    Ok(())
}
