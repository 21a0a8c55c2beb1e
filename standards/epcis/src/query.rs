//! The parameters of the EPCIS simple event query that this repository answers (EPCIS 2.0 section 8.2.7.1).
//!
//! Invariant kept: a parameter that is not understood is refused, never skipped, so an answer is never wider than
//! the question; values come out in the canonical forms of [`crate::extract`].

mod body;
mod parameter;

use crate::{
    event::{Action, EventType},
    extract::IdentifierRole,
    limit::PER_PAGE_DEFAULT,
    pattern::Pattern,
};

pub use body::parse_body;
pub use parameter::parse_parameters;

/// A half-open span of time in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeRange {
    /// At or after, `GE_…`.
    pub from_ms: Option<i64>,
    /// Before, `LT_…`.
    pub until_ms: Option<i64>,
}

/// One `MATCH_…` parameter: some identifier of these roles is in one of the sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierMatch {
    /// Never empty.
    pub roles: &'static [IdentifierRole],
    /// Never empty.
    pub patterns: Vec<Pattern>,
}

/// Which time orders the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderBy {
    /// When it happened.
    #[default]
    EventTime,
    /// When the repository recorded it.
    RecordTime,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderDirection {
    /// Earliest first.
    Ascending,
    /// Latest first; the standard's default.
    #[default]
    Descending,
}

/// How many events at most, over all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventLimit {
    /// All.
    #[default]
    None,
    /// The first so many, `eventCountLimit`.
    First(u32),
    /// If there are more, refuse the query, `maxEventCount`.
    RefuseBeyond(u32),
}

/// A query, all of whose conditions must hold. An empty list is no condition; a list holds when one value does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// `eventType`.
    pub event_types: Vec<EventType>,
    /// `GE_eventTime`, `LT_eventTime`.
    pub event_time: TimeRange,
    /// `GE_recordTime`, `LT_recordTime`.
    pub record_time: TimeRange,
    /// `EQ_action`.
    pub actions: Vec<Action>,
    /// `EQ_bizStep`, bare words or users' URIs.
    pub biz_steps: Vec<String>,
    /// `EQ_disposition`, bare words or users' URIs.
    pub dispositions: Vec<String>,
    /// `EQ_readPoint`, canonical.
    pub read_points: Vec<String>,
    /// `EQ_bizLocation`, canonical.
    pub biz_locations: Vec<String>,
    /// `EQ_eventID`, as sent.
    pub event_ids: Vec<String>,
    /// The `MATCH_…` parameters, each a condition of its own.
    pub matches: Vec<IdentifierMatch>,
    /// `orderBy`.
    pub order_by: OrderBy,
    /// `orderDirection`.
    pub order_direction: OrderDirection,
    /// `perPage`, 1 to [`crate::limit::PER_PAGE_MAX`].
    pub per_page: u32,
    /// `nextPageToken`, opaque.
    pub next_page_token: Option<String>,
    /// `eventCountLimit` or `maxEventCount`.
    pub limit: EventLimit,
}

impl Default for EventQuery {
    fn default() -> Self {
        Self {
            event_types: Vec::new(),
            event_time: TimeRange::default(),
            record_time: TimeRange::default(),
            actions: Vec::new(),
            biz_steps: Vec::new(),
            dispositions: Vec::new(),
            read_points: Vec::new(),
            biz_locations: Vec::new(),
            event_ids: Vec::new(),
            matches: Vec::new(),
            order_by: OrderBy::default(),
            order_direction: OrderDirection::default(),
            per_page: PER_PAGE_DEFAULT,
            next_page_token: None,
            limit: EventLimit::default(),
        }
    }
}
