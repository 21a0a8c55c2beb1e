//! Tests of single values. Invariant: a test reads each digit and letter of a value a constant number of times, for
//! each step of a binary search among the values of the query.

use std::borrow::Cow;

use standards_number::{Decimal, Grammar};

use super::{Bound, Form, Test, Values};
use crate::{
    context::Scope,
    extract::canonical_in,
    json::{Node, Value},
    timestamp::Timestamp,
};

impl Test {
    /// Whether a value, or an element of a list, passes. A number with a unit is not tested here.
    pub(super) fn accepts(&self, node: &Node<'_>, scope: Scope<'_, '_>) -> bool {
        match (self, &node.value) {
            (Self::Exists, _) => !is_empty(node),
            (_, Value::Array(elements)) => elements.iter().any(|element| self.accepts(element, scope)),
            (Self::OneOf(values), _) => values.contain(node, scope),
            (Self::Compare(comparison, bound), _) => {
                let order = match bound {
                    Bound::Number(bound) => number(node).map(|number| number.cmp(bound)),
                    Bound::Time(bound) => node.as_str().and_then(Timestamp::parse).map(|time| time.cmp(bound)),
                };
                order.is_some_and(|order| comparison.holds(order))
            }
            (Self::Measure { .. }, _) => false,
        }
    }
}

impl Values {
    fn contain(&self, node: &Node<'_>, scope: Scope<'_, '_>) -> bool {
        let has_text = |text: &str| self.texts.binary_search_by(|wanted| wanted.as_str().cmp(text)).is_ok();
        match &node.value {
            Value::Number => number(node).is_some_and(|number| self.numbers.binary_search(&number).is_ok()),
            Value::Bool => has_text(node.raw),
            Value::String(text) => {
                has_text(&self.form.of_event(text, scope))
                    || !self.times.is_empty()
                        && Timestamp::parse(text).is_some_and(|time| self.times.binary_search(&time).is_ok())
            }
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

impl Form {
    /// A text of an event in this form.
    pub(super) fn of_event<'t>(self, text: &'t str, scope: Scope<'_, '_>) -> Cow<'t, str> {
        match self {
            Self::Extension => scope.expand(text),
            Self::Identifier => canonical_in(text, scope),
            Self::Word(vocabulary) => vocabulary.canonical_in(text, scope),
            Self::Hex => Cow::Owned(text.to_ascii_lowercase()),
            Self::Text | Self::Boolean | Self::Number => Cow::Borrowed(text),
        }
    }
}

/// A number, also as the text that an event in XML has.
fn number(node: &Node<'_>) -> Option<Decimal> {
    match &node.value {
        Value::Number => Decimal::read(node.raw, Grammar::Json).ok(),
        Value::String(text) => Decimal::read(text, Grammar::Lenient).ok(),
        _ => None,
    }
}

fn is_empty(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool | Value::Number => false,
    }
}
