//! The tables of EPCIS events: rows, identifiers, totals, lists and master data. Invariant: an event's row is made from
//! one applied record alone. The row contains the record's document byte for byte.

mod apply;
mod event_type;
mod master_data;
pub(crate) mod query;
mod row;
mod term;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use apply::{Rows, TABLES};
pub(crate) use event_type::{EVENT_TYPES, event_type};
pub use master_data::ElementVersion;
pub use query::{
    ElementFilter, ElementPage, ElementSummary, EventPage, EventPosition, EventSummary, Owner, PLACE_LEVELS_MAX,
    PLACES_MAX, PageLimit, SEARCH_MS_MAX, SUMMARY_TEXT_BYTES_MAX, StreamRecord, Totals, VOCABULARIES_PER_ID_MAX,
    count_events, element_versions, expand_places, find_by_event_id, find_element, find_elements, find_events,
    has_value, list_elements, list_values, read_totals, stream_records, subject_places, summaries,
};
pub use row::{EventRow, Unreadable};
pub use value::{VALUE_BYTES_MAX, ValueKind};
