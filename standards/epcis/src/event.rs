//! One event: its exact text, and the tree read from it once.
//!
//! Invariant kept: an `Event` always has one of the five event types.

use crate::{context::Context, json::Node};

/// The five event types of EPCIS 2.0 (section 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// Something happened to objects.
    Object,
    /// Objects were put into, seen in or taken out of a parent.
    Aggregation,
    /// Objects were tied to business transactions.
    Transaction,
    /// Inputs became outputs.
    Transformation,
    /// Sensors, parts or assets were tied to a parent.
    Association,
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Object, Self::Aggregation, Self::Transaction, Self::Transformation, Self::Association];

    /// The name in JSON, for example `ObjectEvent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "ObjectEvent",
            Self::Aggregation => "AggregationEvent",
            Self::Transaction => "TransactionEvent",
            Self::Transformation => "TransformationEvent",
            Self::Association => "AssociationEvent",
        }
    }

    /// The type of that JSON name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event_type| event_type.as_str() == name)
    }
}

/// What an event says about its objects (EPCIS 2.0 section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Came into being, or was joined.
    Add,
    /// Was seen.
    Observe,
    /// Left, or was parted.
    Delete,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Add, Self::Observe, Self::Delete];

    /// The name in JSON: `ADD`, `OBSERVE` or `DELETE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Observe => "OBSERVE",
            Self::Delete => "DELETE",
        }
    }

    /// The action of that JSON name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// One event of a capture document or record.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    pub(crate) root: Node<'a>,
    pub(crate) kind: EventType,
    /// The event's own `@context`, when it has one.
    pub(crate) context: Option<Context<'a>>,
}

impl<'a> Event<'a> {
    /// The event's JSON object exactly as sent.
    pub fn raw(&self) -> &'a str {
        self.root.raw
    }

    /// Which of the five it is.
    pub fn event_type(&self) -> EventType {
        self.kind
    }

    /// The `eventID` it was sent with.
    pub fn event_id(&self) -> Option<&str> {
        self.root.get_str("eventID")
    }

    /// Whether it declares an earlier event of the same id to be wrong (EPCIS 2.0 section 7.4.1).
    pub fn is_error_declaration(&self) -> bool {
        self.root.get("errorDeclaration").is_some()
    }
}
