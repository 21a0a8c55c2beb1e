//! Subscriptions to named queries (EPCIS 2.0 REST binding, `/queries/{queryName}/subscriptions` and the WebSocket of
//! `/queries/{queryName}/events`). Invariant: every event that matches is delivered, in the order in which events were
//! recorded. A delivery to a webhook is settled by an answer 2xx alone; until then each attempt sends the same events
//! under the same id, in this process or after a restart. The client of a WebSocket keeps its place itself.
//!
//! Webhooks: [`request`] reads what a client asks for, [`store`] keeps it, [`runner`] lets one gateway of a database
//! deliver, and [`follower`] is the work for one subscription: [`delivery`] finds its next events and sends them.
//! WebSockets: [`parameters`] reads what a client asks for, [`socket`] talks with it, and [`feed`] finds what to send.

mod delivery;
pub(super) mod feed;
mod follower;
pub(super) mod model;
pub(super) mod parameters;
pub(super) mod request;
mod runner;
pub(super) mod signature;
pub(super) mod socket;
pub(super) mod store;

pub use delivery::{DELIVERY_BYTES_MAX, EVENTS_PER_DELIVERY_MAX};
pub use request::{SIGNATURE_TOKEN_CHARS_MAX, SUBSCRIPTION_BYTES_MAX};
pub use runner::Subscriptions;
pub use store::SUBSCRIPTIONS_MAX;

pub(super) use delivery::seal_token;

use super::code;
use crate::error::ApiError;
use chain_types::{Height, ShardId};
use indexer::provenance::EventPosition;
use standards_epcis::timestamp::Timestamp;
use uuid::Uuid;

/// The kind of secret, which the encryption of tokens is bound to.
pub(crate) const SEALED_KIND: &str = "subscription token";

/// The position behind all events that were recorded before a time, and before all others.
pub(super) fn starting_after(time: Timestamp) -> EventPosition {
    EventPosition { time: Timestamp::from_unix_ms(time.unix_ms_ceiling() - 1), ..LAST_OF_TIME }
}

/// The place behind all records of a time.
const LAST_OF_TIME: EventPosition = EventPosition {
    time: Timestamp::from_unix_ms(0),
    shard: ShardId(i16::MAX as u16),
    height: Height(i64::MAX as u64),
    record_index: i32::MAX as u32,
};

/// The time before which every event is settled, when those up to a position are, in milliseconds since 1970.
pub(super) fn settled_before_ms(read_to: &EventPosition) -> i64 {
    let is_whole = *read_to == EventPosition { time: read_to.time, ..LAST_OF_TIME };
    read_to.time.unix_ms() + i64::from(is_whole)
}

/// Reads the id of a subscription.
///
/// # Errors
/// `provenance.unknown_subscription` for a text that is none.
pub(super) fn read_id(text: &str) -> Result<Uuid, ApiError> {
    text.parse().map_err(|_| unknown_subscription())
}

/// The query has no subscription with an id.
pub(super) fn unknown_subscription() -> ApiError {
    ApiError::new(&code::UNKNOWN_SUBSCRIPTION, "The query has no subscription with this id.")
}
