//! EPCIS events as rows. Invariant: a row is made from one applied record alone and contains the record's document byte
//! for byte; all other columns only serve to find it.

mod apply;
mod query;
mod row;
#[cfg(test)]
mod tests;

pub(crate) use apply::{Rows, TABLES};
pub use query::{
    EventPage, EventPosition, StreamRecord, Totals, count_events, find_by_event_id, find_event_at, find_events,
    read_totals, stream_records,
};
pub use row::EventRow;
