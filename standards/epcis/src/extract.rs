//! What an index needs to find one event again.
//!
//! Invariant kept: a pure function of the event and its context, so an index can always be rebuilt equal; every
//! identifier and vocabulary value is in canonical form, as [`crate::query`] writes them too.

use std::borrow::Cow;

use crate::{
    context::{Context, Scope},
    event::{Action, Event, EventType},
    identifier,
    json::Node,
    timestamp::Timestamp,
    vocabulary::{BIZ_STEP, DISPOSITION, Vocabulary},
};

/// Which list of an event named an identifier. The numbers are stored; they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IdentifierRole {
    /// `epcList`.
    Epc = 1,
    /// `parentID`.
    ParentId = 2,
    /// `childEPCs`.
    ChildEpc = 3,
    /// `inputEPCList`.
    InputEpc = 4,
    /// `outputEPCList`.
    OutputEpc = 5,
    /// `quantityList`.
    EpcClass = 6,
    /// `childQuantityList`.
    ChildClass = 7,
    /// `inputQuantityList`.
    InputClass = 8,
    /// `outputQuantityList`.
    OutputClass = 9,
}

impl IdentifierRole {
    /// Every role, in stored order.
    pub const ALL: [Self; 9] = [
        Self::Epc,
        Self::ParentId,
        Self::ChildEpc,
        Self::InputEpc,
        Self::OutputEpc,
        Self::EpcClass,
        Self::ChildClass,
        Self::InputClass,
        Self::OutputClass,
    ];

    /// The stored number, 1 to 9.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role of a stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.number() == number)
    }

    /// The event's field that holds identifiers of this role.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Epc => "epcList",
            Self::ParentId => "parentID",
            Self::ChildEpc => "childEPCs",
            Self::InputEpc => "inputEPCList",
            Self::OutputEpc => "outputEPCList",
            Self::EpcClass => "quantityList",
            Self::ChildClass => "childQuantityList",
            Self::InputClass => "inputQuantityList",
            Self::OutputClass => "outputQuantityList",
        }
    }
}

/// One identifier an event names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentifierRef<'a> {
    /// Where the event names it.
    pub role: IdentifierRole,
    /// Canonical form, see [`crate::identifier`].
    pub canonical: Cow<'a, str>,
}

/// The queryable fields of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFields<'a> {
    /// Which of the five.
    pub event_type: EventType,
    /// `eventTime` in milliseconds since 1970 UTC, further digits cut off.
    pub event_time_ms: i64,
    /// `eventTimeZoneOffset` as sent, `±hh:mm`.
    pub event_time_zone_offset: Cow<'a, str>,
    /// `eventID` as sent; absent when the repository has to assign one.
    pub event_id: Option<Cow<'a, str>>,
    /// `action`; a transformation has none.
    pub action: Option<Action>,
    /// `bizStep`: a bare word, or a user's URI with its prefix expanded.
    pub biz_step: Option<Cow<'a, str>>,
    /// `disposition`, likewise.
    pub disposition: Option<Cow<'a, str>>,
    /// `readPoint/id` in canonical form.
    pub read_point: Option<Cow<'a, str>>,
    /// `bizLocation/id` in canonical form.
    pub biz_location: Option<Cow<'a, str>>,
    /// `errorDeclaration/declarationTime` in milliseconds since 1970 UTC; present exactly when the event declares
    /// an earlier one wrong.
    pub error_declaration_time_ms: Option<i64>,
    /// In order of role, then code points, each once.
    pub identifiers: Vec<IdentifierRef<'a>>,
}

/// Lists the queryable fields of an event that [`crate::document`] accepted. `context` is its document's.
///
/// A record that was never checked may lack what every accepted event has; its time then reads as 0 and its offset as
/// the empty text.
pub fn index_fields<'e>(event: &'e Event<'_>, context: &'e Context<'_>) -> IndexFields<'e> {
    let root = &event.root;
    let own = event.context.as_ref();
    let scope = Scope { document: context, own };
    let text = |name: &str| root.get_str(name).map(Cow::Borrowed);
    let place = |name: &str| root.get(name).and_then(|place| place.get_str("id")).map(identifier::canonical);
    let time_ms = |text: &str| Timestamp::parse(text).map(Timestamp::unix_ms);
    IndexFields {
        event_type: event.kind,
        event_time_ms: root.get_str("eventTime").and_then(time_ms).unwrap_or_default(),
        event_time_zone_offset: text("eventTimeZoneOffset").unwrap_or_default(),
        event_id: text("eventID"),
        action: root.get_str("action").and_then(Action::from_name),
        biz_step: word(root, "bizStep", &BIZ_STEP, scope),
        disposition: word(root, "disposition", &DISPOSITION, scope),
        read_point: place("readPoint"),
        biz_location: place("bizLocation"),
        error_declaration_time_ms: root
            .get("errorDeclaration")
            .and_then(|declaration| declaration.get_str("declarationTime"))
            .and_then(time_ms),
        identifiers: identifiers(root),
    }
}

fn word<'e>(root: &'e Node<'_>, name: &str, vocabulary: &Vocabulary, scope: Scope<'_, '_>) -> Option<Cow<'e, str>> {
    root.get_str(name).map(|value| vocabulary.canonical_in(value, scope))
}

fn identifiers<'e>(root: &'e Node<'_>) -> Vec<IdentifierRef<'e>> {
    let mut found = Vec::new();
    for member in root.as_object().unwrap_or_default() {
        let Some(role) = IdentifierRole::ALL.into_iter().find(|role| role.field() == member.name) else {
            continue;
        };
        let single = std::slice::from_ref(&member.node);
        for element in member.node.as_array().unwrap_or(single) {
            if let Some(text) = element.as_str().or_else(|| element.get_str("epcClass")) {
                found.push(IdentifierRef { role, canonical: identifier::canonical(text) });
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
