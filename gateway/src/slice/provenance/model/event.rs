//! Recorded events in the form of GraphQL. Invariant: an event is built from one index row alone. The row proves
//! nothing; only the evidence does.

use async_graphql::SimpleObject;
use indexer::provenance::EventRow;
use standards_epcis::event::{Action, EventType};
use std::{borrow::Cow, sync::Arc};

/// The type of a record that is not an event.
pub const UNREADABLE: &str = "UnreadableRecord";

/// A recorded EPCIS event.
#[derive(Clone, Debug, SimpleObject)]
#[allow(clippy::struct_field_names, reason = "the names of EPCIS")]
#[graphql(complex)]
pub struct Event {
    /// The event id: as captured, or the CBV 2.0 event hash id.
    pub event_id: String,
    /// The type: `ObjectEvent`, `AggregationEvent`, …, the URI of a user's own type, or `UnreadableRecord` for a record
    /// that is not an event.
    pub event_type: Cow<'static, str>,
    /// The time at which the event happened, RFC 3339 UTC, with all digits of its fraction.
    pub event_time: String,
    /// The time at which the ledger recorded the event, RFC 3339 UTC.
    pub record_time: String,
    /// `ADD`, `OBSERVE` or `DELETE`; null for a transformation.
    pub action: Option<&'static str>,
    /// The business step, a bare CBV word or a URI.
    pub biz_step: Option<String>,
    /// The disposition, a bare CBV word or a URI.
    pub disposition: Option<String>,
    /// The read point in canonical form.
    pub read_point: Option<String>,
    /// The business location in canonical form.
    pub biz_location: Option<String>,
    /// Whether it is an error declaration about an earlier event with the same id.
    pub declares_error: bool,
    /// The shard of its record.
    pub shard: u16,
    /// The height of the block with its record.
    pub height: u64,
    /// The index of its record within the block, from 0.
    pub record_index: u32,
    /// The id of the transaction that recorded it, 64 hexadecimal digits.
    pub tx_id: String,
    /// The recorded document, as text.
    #[graphql(skip)]
    pub text: Arc<str>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            event_time: row.event_time().to_string(),
            record_time: row.record_time().to_string(),
            event_type: match (row.own_type, row.event_type) {
                (Some(own), _) => Cow::Owned(own),
                (None, standard) => Cow::Borrowed(standard.map_or(UNREADABLE, EventType::as_str)),
            },
            action: row.action.map(Action::as_str),
            shard: row.shard.0,
            height: row.height.0,
            tx_id: row.tx_id.to_string(),
            event_id: row.event_id,
            biz_step: row.biz_step,
            disposition: row.disposition,
            read_point: row.read_point,
            biz_location: row.biz_location,
            declares_error: row.declares_error,
            record_index: row.record_index,
            text: row.document.into(),
        }
    }
}
