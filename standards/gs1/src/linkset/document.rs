//! JSON as members and elements whose values are still text. Invariant: both values of a repeated name are seen, and
//! the nesting of a document is known before it is parsed.

use std::{borrow::Cow, fmt, ops::ControlFlow};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object in their order, repeated names included.
pub(super) struct Members<'d>(pub(super) Vec<(Cow<'d, str>, &'d RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'d>(#[serde(borrow)] Cow<'d, str>);

/// A JSON value, one level deep.
pub(super) enum Value<'d> {
    Object(Vec<(Cow<'d, str>, &'d RawValue)>),
    Array(Vec<&'d RawValue>),
    Text(String),
    Flag(bool),
    /// A number or null.
    Other,
}

impl<'d> Value<'d> {
    /// The value of a text that is one JSON value. `None` when a text in it is not valid, such as a lone surrogate.
    pub(super) fn of(raw: &'d RawValue) -> Option<Self> {
        let text = raw.get();
        let value = match text.as_bytes().first()? {
            b'{' => Self::Object(serde_json::from_str::<Members<'_>>(text).ok()?.0),
            b'[' => Self::Array(serde_json::from_str(text).ok()?),
            b'"' => Self::Text(serde_json::from_str(text).ok()?),
            b't' => Self::Flag(true),
            b'f' => Self::Flag(false),
            _ => Self::Other,
        };
        Some(value)
    }
}

/// Whether brackets nest at most this deep. Looks at brackets outside of texts only.
pub(super) fn nests_at_most(document: &str, depth_max: usize) -> bool {
    let mut depth = 0_usize;
    let (mut is_text, mut is_escaped) = (false, false);
    let flow = document.bytes().try_for_each(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => depth += 1,
            b'}' | b']' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > depth_max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    flow.is_continue()
}
