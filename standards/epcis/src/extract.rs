//! Extracts the fields of an event that an index searches by. Invariant: the result is a function of the event and its
//! context, so an index can be rebuilt identically. Identifiers and vocabulary values are in canonical form, as in
//! [`crate::query`].

mod term;

use std::borrow::Cow;

use crate::{
    context::{Context, Scope, expand_gs1},
    event::{Action, Event, EventType},
    identifier,
    json::Node,
    timestamp::Timestamp,
    vocabulary::{BIZ_STEP, DISPOSITION, Vocabulary},
};

pub use term::{Term, TermKind};

/// The field of an event that holds an identifier. The numbers are stored, so they never change.
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
    /// All roles, in the order of their numbers.
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

    /// The stored number of the role, 1 to 9.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role of a stored number. `None` for other numbers.
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

/// An identifier in an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentifierRef<'a> {
    /// The field that holds it.
    pub role: IdentifierRole,
    /// The canonical form, see [`crate::identifier`].
    pub canonical: Cow<'a, str>,
}

/// The queryable fields of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFields<'a> {
    pub event_type: EventType,
    /// The full URI of a user's event type. `None` for a standard type.
    pub own_type: Option<Cow<'a, str>>,
    /// `eventTime`. `None` for a record without a valid one.
    pub event_time: Option<Timestamp>,
    /// `eventTimeZoneOffset` as sent, `±hh:mm`.
    pub event_time_zone_offset: Cow<'a, str>,
    /// `eventID` as sent. `None` when the repository has to assign one.
    pub event_id: Option<Cow<'a, str>>,
    /// `action`. `None` for a transformation.
    pub action: Option<Action>,
    /// `bizStep`: a bare word, or a user's URI with its prefix expanded.
    pub biz_step: Option<Cow<'a, str>>,
    /// `disposition`, in the same form.
    pub disposition: Option<Cow<'a, str>>,
    /// `readPoint/id` in canonical form.
    pub read_point: Option<Cow<'a, str>>,
    /// `bizLocation/id` in canonical form.
    pub biz_location: Option<Cow<'a, str>>,
    /// `errorDeclaration/declarationTime` in milliseconds since 1970 UTC, truncated. `None` when the event declares no
    /// error.
    pub error_declaration_time_ms: Option<i64>,
    /// Sorted by role, then by code points, without duplicates.
    pub identifiers: Vec<IdentifierRef<'a>>,
    /// The keys by which EPC patterns find the identifiers, with their roles, see [`identifier::pattern_key`]. Sorted,
    /// without duplicates. An identifier in two spellings has two keys.
    pub pattern_keys: Vec<(IdentifierRole, String)>,
    /// The values of rare fields, sorted and without duplicates.
    pub terms: Vec<Term<'a>>,
}

/// Extracts the queryable fields of an event that [`crate::document`] accepted. `context` is that of its document.
///
/// A record that was never validated may lack required fields. Its offset is then the empty text.
pub fn index_fields<'e>(event: &'e Event<'_>, context: &'e Context<'_>) -> IndexFields<'e> {
    let root = &event.root;
    let own = event.context.as_ref();
    let scope = Scope::new(context, own);
    let text = |name: &str| root.get_str(name).map(Cow::Borrowed);
    let place = |name: &str| root.get(name).and_then(|place| place.get_str("id")).map(|id| canonical_in(id, scope));
    let written = written_identifiers(root, scope);
    IndexFields {
        event_type: event.kind,
        own_type: event.own_type().map(Cow::Borrowed),
        event_time: root.get_str("eventTime").and_then(Timestamp::parse),
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
            .and_then(Timestamp::parse)
            .map(Timestamp::unix_ms),
        pattern_keys: unique(written.iter().filter_map(|(role, text)| Some((*role, identifier::pattern_key(text)?)))),
        identifiers: unique(written.into_iter().map(|(role, text)| {
            let canonical = canonical_of(text);
            IdentifierRef { role, canonical }
        })),
        terms: term::terms(root, scope),
    }
}

fn word<'e>(root: &'e Node<'_>, name: &str, vocabulary: &Vocabulary, scope: Scope<'_, '_>) -> Option<Cow<'e, str>> {
    root.get_str(name).map(|value| vocabulary.canonical_in(value, scope))
}

/// The form of an identifier in a query, where the GS1 context alone applies: its canonical form, with a prefix written
/// out. [`index_fields`] gives an event's identifier the same form, unless the event binds the prefix anew.
pub fn canonical_identifier(text: &str) -> Cow<'_, str> {
    canonical_of(expand_gs1(text))
}

/// The canonical form of an identifier, with a prefix written out.
pub(crate) fn canonical_in<'e>(text: &'e str, scope: Scope<'_, '_>) -> Cow<'e, str> {
    canonical_of(scope.expand(text))
}

fn canonical_of(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => identifier::canonical(text),
        Cow::Owned(text) => Cow::Owned(identifier::canonical(&text).into_owned()),
    }
}

/// The identifiers as they were written, with prefixes written out, and the roles of their fields.
fn written_identifiers<'e>(root: &'e Node<'_>, scope: Scope<'_, '_>) -> Vec<(IdentifierRole, Cow<'e, str>)> {
    let mut found = Vec::new();
    for member in root.as_object().unwrap_or_default() {
        let Some(role) = IdentifierRole::ALL.into_iter().find(|role| role.field() == member.name) else {
            continue;
        };
        let single = std::slice::from_ref(&member.node);
        for element in member.node.as_array().unwrap_or(single) {
            let text = element.as_str().or_else(|| element.get_str("epcClass"));
            found.extend(text.map(|text| (role, scope.expand(text))));
        }
    }
    found
}

fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
