//! An EPCIS event: its exact text and the tree parsed from it. Invariant: an `Event` always has one of the five event
//! types.

use crate::{context::Context, json::Node};

/// The five event types of EPCIS 2.0 (section 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// Something happened to one or more objects.
    Object,
    /// Objects are added to, seen in or removed from a parent.
    Aggregation,
    /// Objects are linked to business transactions.
    Transaction,
    /// Inputs are transformed into outputs.
    Transformation,
    /// Sensors, parts or assets are associated with a parent.
    Association,
}

impl EventType {
    /// All types.
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

    /// The type with this JSON name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event_type| event_type.as_str() == name)
    }
}

/// The relation of an event to the lifecycle of its objects (EPCIS 2.0 section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Commissioned, or associated.
    Add,
    /// Observed.
    Observe,
    /// Decommissioned, or disassociated.
    Delete,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 3] = [Self::Add, Self::Observe, Self::Delete];

    /// The name in JSON: `ADD`, `OBSERVE` or `DELETE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Observe => "OBSERVE",
            Self::Delete => "DELETE",
        }
    }

    /// The action with this JSON name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// An event of a capture document or of a record.
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

    pub fn event_type(&self) -> EventType {
        self.kind
    }

    /// The `eventID` as sent. `None` when the event has none.
    pub fn event_id(&self) -> Option<&str> {
        self.root.get_str("eventID")
    }

    /// Whether it declares an earlier event of the same id erroneous (EPCIS 2.0 section 7.4.1).
    pub fn is_error_declaration(&self) -> bool {
        self.root.get("errorDeclaration").is_some()
    }
}
