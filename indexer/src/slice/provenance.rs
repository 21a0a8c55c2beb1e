//! The tables of EPCIS events: rows, identifiers, totals and lists. Invariant: an event's row is made from one applied
//! record alone. The row contains the record's document byte for byte.

mod apply;
pub(crate) mod query;
mod row;
mod term;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use apply::{Rows, TABLES};
pub use query::{
    EventPage, EventPosition, Owner, PageLimit, SEARCH_MS_MAX, StreamRecord, Totals, count_events, find_by_event_id,
    find_events, has_value, list_values, read_totals, stream_records,
};
pub use row::{EventRow, Unreadable};
pub use value::{VALUE_BYTES_MAX, ValueKind};
