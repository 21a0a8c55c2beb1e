//! Event types. Invariant: a code is stored, so it never changes its meaning.

/// The type of an event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventType {
    /// The number that the index stores. Each slice has its own hundreds.
    pub code: i16,
    /// The name of the ledger's event, `slice.past_tense`.
    pub name: &'static str,
}

/// States the event types of a slice, a line for each variant of its `Event`: code, variant, name. Defines the table of
/// the types and the function that returns the type of an event. A variant without a line does not compile.
macro_rules! event_types {
    ($types:ident, $type_of:ident for $slice:ident: $($code:literal $variant:ident $name:literal;)+) => {
        pub(crate) const $types: &[$crate::event::EventType] =
            &[$($crate::event::EventType { code: $code, name: $name }),+];

        pub(crate) const fn $type_of(event: &$slice::Event) -> $crate::event::EventType {
            match event {
                $($slice::Event::$variant { .. } => $crate::event::EventType { code: $code, name: $name },)+
            }
        }
    };
}

pub(crate) use event_types;
