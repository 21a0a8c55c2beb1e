//! The events of each tenant, numbered from 1 without gaps. Invariant: the numbers are a function of the chain, so a
//! rebuild gives every event the number that it had.
//!
//! An event of a tenant is a record that took effect and concerns the tenant, on the tenant's home shard. The order is
//! that of the blocks and of their records.

mod apply;
mod content;
mod kind;
mod name;
mod own;
mod query;
mod record;
mod span;
mod subject;
#[cfg(test)]
mod tests;

pub(crate) use apply::{Rows, TABLES};
pub use content::{EventContent, NewEpoch};
pub use kind::EventType;
pub(crate) use kind::event_types;
pub use name::named;
pub(crate) use own::{
    ACCOUNT_TYPES, ATOMIC_TYPES, BEACON_TYPES, Concerned, NATIVE_TYPES, account_type, atomic_type, beacon_type,
    concerned_by_account, concerned_by_atomic, concerned_by_beacon, concerned_by_native, native_type,
};
pub use query::{
    EventPage, EventPlace, IndexedEvent, PLACES_PER_PAGE_MAX, RUNS_PER_PAGE_MAX, SPAN_BYTES_PER_PAGE_MAX,
    SUBJECT_BYTES_PER_PAGE_MAX, SubjectPlaces, concerned_tenants, contents, events_with, newest_event, page_after,
    page_of_places, place_of, subjects_after,
};
pub use record::event_of;
pub use subject::hash_of;
