//! The supported parameters of the EPCIS simple event query (EPCIS 2.0 section 8.2.7.1). Invariant: an unknown
//! parameter is refused, never ignored. Values are in the canonical forms of [`crate::extract`].

mod body;
mod family;
mod names;
mod parameter;
mod reader;

use crate::{
    event::{Action, EventType},
    extract::{IdentifierRole, TermKind},
    filter::Filter,
    limit::PER_PAGE_DEFAULT,
    pattern::Pattern,
    timestamp::Timestamp,
};

pub use body::{NamedQuery, parse_body, parse_body_with, parse_named};
pub use family::filter_names;
pub use parameter::{parameter_names, parse_count};
pub use reader::{parse_parameters, parse_parameters_with, parse_parameters_within};

/// A half-open span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeRange {
    /// The inclusive start, `GE_…`. `None` for no bound.
    pub from: Option<Timestamp>,
    /// The exclusive end, `LT_…`. `None` for no bound.
    pub until: Option<Timestamp>,
}

/// A `MATCH_…` parameter: some identifier with one of these roles matches one of the patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierMatch {
    /// Never empty.
    pub roles: &'static [IdentifierRole],
    /// Never empty.
    pub patterns: Vec<Pattern>,
}

/// A parameter that asks for the values of a rare field: the field has one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermMatch {
    pub kind: TermKind,
    /// In the form of [`crate::extract::Term`]. Never empty.
    pub values: Vec<String>,
}

/// The time that events are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderBy {
    /// The time at which the event happened.
    #[default]
    EventTime,
    /// The time at which the repository recorded the event.
    RecordTime,
}

/// The sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderDirection {
    /// Earliest first.
    Ascending,
    /// Latest first, the standard's default.
    #[default]
    Descending,
}

/// The limit on the number of events over all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventLimit {
    /// No limit.
    #[default]
    None,
    /// Returns only the first events, up to this number: `eventCountLimit`.
    First(u32),
    /// Refuses the query when there are more events: `maxEventCount`.
    RefuseBeyond(u32),
}

/// A page token, with its place in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToken {
    /// Opaque.
    pub text: String,
    /// The pointer to the parameter as it was sent: `/nextPageToken`, or `/query/nextPageToken` in a body.
    pub pointer: String,
}

/// A query. All its conditions must hold. An empty list is no condition; another list holds when any of its values
/// matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// `eventType`: the standard types. With [`Self::own_types`] one condition.
    pub event_types: Vec<EventType>,
    /// `eventType`: the full URIs of users' types.
    pub own_types: Vec<String>,
    /// `GE_eventTime`, `LT_eventTime`.
    pub event_time: TimeRange,
    /// `GE_recordTime`, `LT_recordTime`.
    pub record_time: TimeRange,
    /// `EQ_action`.
    pub actions: Vec<Action>,
    /// `EQ_bizStep`: bare words or users' URIs.
    pub biz_steps: Vec<String>,
    /// `EQ_disposition`: bare words or users' URIs.
    pub dispositions: Vec<String>,
    /// `EQ_readPoint`, in canonical form.
    pub read_points: Vec<String>,
    /// `EQ_bizLocation`, in canonical form.
    pub biz_locations: Vec<String>,
    /// `WD_readPoint`, in canonical form: these or read points below them.
    pub read_points_within: Vec<String>,
    /// `WD_bizLocation`, in canonical form: these or business locations below them.
    pub biz_locations_within: Vec<String>,
    /// `EQ_eventID`, as sent.
    pub event_ids: Vec<String>,
    /// `EXISTS_errorDeclaration`: only error declarations. `false` is no condition.
    pub only_error_declarations: bool,
    /// The `MATCH_…` parameters. Each is a separate condition.
    pub matches: Vec<IdentifierMatch>,
    /// `EQ_persistentDisposition_set`, `EQ_transformationID` and the like. Each is a separate condition.
    pub terms: Vec<TermMatch>,
    /// The conditions that no index answers, see [`crate::filter`]. Each is a separate condition.
    pub filters: Vec<Filter>,
    /// `orderBy`.
    pub order_by: OrderBy,
    /// `orderDirection`.
    pub order_direction: OrderDirection,
    /// `perPage`, from 1; at most [`crate::limit::PER_PAGE_MAX`], whatever the query asks for.
    pub per_page: u32,
    /// `nextPageToken`.
    pub next_page_token: Option<PageToken>,
    /// `eventCountLimit` or `maxEventCount`.
    pub limit: EventLimit,
}

impl Default for EventQuery {
    fn default() -> Self {
        Self {
            event_types: Vec::new(),
            own_types: Vec::new(),
            event_time: TimeRange::default(),
            record_time: TimeRange::default(),
            actions: Vec::new(),
            biz_steps: Vec::new(),
            dispositions: Vec::new(),
            read_points: Vec::new(),
            biz_locations: Vec::new(),
            read_points_within: Vec::new(),
            biz_locations_within: Vec::new(),
            event_ids: Vec::new(),
            only_error_declarations: false,
            matches: Vec::new(),
            terms: Vec::new(),
            filters: Vec::new(),
            order_by: OrderBy::default(),
            order_direction: OrderDirection::default(),
            per_page: PER_PAGE_DEFAULT,
            next_page_token: None,
            limit: EventLimit::default(),
        }
    }
}
