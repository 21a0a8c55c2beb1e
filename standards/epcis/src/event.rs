//! An EPCIS event: its exact text and the tree parsed from it. Invariant: an `Event` always has one of the five event
//! types, or a user's own with its URI.

use crate::{
    context::{Context, Scope},
    json::Node,
    validate::is_uri,
};

/// The namespace of the standard event types.
const EPCIS: &str = "https://ref.gs1.org/epcis/";

/// The five event types of EPCIS 2.0 (section 7.4), and the types of users (`Extended-Event` of the JSON schema).
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
    /// A type of a user, which its URI names: see [`Event::own_type`].
    Own,
}

impl EventType {
    /// The types of the standard.
    pub const STANDARD: [Self; 5] =
        [Self::Object, Self::Aggregation, Self::Transaction, Self::Transformation, Self::Association];

    /// All types.
    pub const ALL: [Self; 6] =
        [Self::Object, Self::Aggregation, Self::Transaction, Self::Transformation, Self::Association, Self::Own];

    /// The name in JSON, for example `ObjectEvent`. For a user's type, the name of the base class of all events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "ObjectEvent",
            Self::Aggregation => "AggregationEvent",
            Self::Transaction => "TransactionEvent",
            Self::Transformation => "TransformationEvent",
            Self::Association => "AssociationEvent",
            Self::Own => "EPCISEvent",
        }
    }

    /// The standard type with this JSON name, or with this URI of the GS1 vocabulary.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.strip_prefix(EPCIS).unwrap_or(name);
        Self::STANDARD.into_iter().find(|event_type| event_type.as_str() == name)
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
    /// The URI of a user's type.
    pub(crate) own_type: Option<String>,
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

    /// The full URI of a user's type. `None` for a standard type.
    pub fn own_type(&self) -> Option<&str> {
        self.own_type.as_deref()
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

/// The type of an event, and the full URI of a user's type. `None` when `type` is neither a standard type nor a URI.
pub(crate) fn type_of(root: &Node<'_>, scope: Scope<'_, '_>) -> Option<(EventType, Option<String>)> {
    let name = scope.expand(root.get_str("type")?);
    match EventType::from_name(&name) {
        Some(standard) => Some((standard, None)),
        None => is_uri(&name).then(|| (EventType::Own, Some(name.into_owned()))),
    }
}
