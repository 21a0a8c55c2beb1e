//! Problem codes of events. Invariant: an index without numbers is never answered with an empty page.

use crate::error::ApiError;

crate::error::codes! {
    /// The tenant has no event with this number.
    UNKNOWN = "event.unknown", 404, "There is no event with this number";
    /// The index was made by an earlier version. `waymark indexer rebuild` numbers the events.
    NOT_NUMBERED = "event.not_numbered", 503, "The events of this index are not numbered";
    /// The client did not take a part of a stream in time. Only in the last event of a stream.
    TOO_SLOW = "event.too_slow", 408, "The events were not read in time";
}

pub(super) fn unknown() -> ApiError {
    ApiError::new(&UNKNOWN, "The number is none of the tenant's events; the newest is `newest` of the list.")
}
