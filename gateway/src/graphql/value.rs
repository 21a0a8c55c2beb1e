//! The values of arguments and variables, as far as they cost something. Invariant: a variable is measured once; each
//! of its uses counts with its whole size, because async-graphql copies it for each.

use super::limit::INPUT_UNIT_BYTES;
use async_graphql::{Positioned, Variables, parser::types::VariableDefinition};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashMap;

/// The variables of an operation.
pub(super) struct Values<'d> {
    of: HashMap<&'d str, (&'d ConstValue, u64)>,
}

impl<'d> Values<'d> {
    /// Reads the values of a request; a variable without one has its default.
    pub(super) fn new(definitions: &'d [Positioned<VariableDefinition>], variables: &'d Variables) -> Self {
        let of = definitions.iter().filter_map(|definition| {
            let (name, default) = (&definition.node.name.node, &definition.node.default_value);
            let value = variables.get(name).or_else(|| default.as_ref().map(|value| &value.node))?;
            Some((name.as_str(), (value, const_units(value))))
        });
        Self { of: of.collect() }
    }

    /// The size of a value with its variables.
    pub(super) fn units(&self, value: &Value) -> u64 {
        match value {
            Value::Variable(name) => self.of.get(name.as_str()).map_or(1, |(_, units)| *units),
            Value::List(items) => sum(items.iter().map(|item| self.units(item))),
            Value::Object(members) => sum(members.iter().map(|(name, item)| self.units(item) + text_units(name))),
            Value::String(text) => text_units(text) + 1,
            _ => 1,
        }
    }

    /// The size of a page. A value that is not a number counts as the largest page; its field refuses it later.
    pub(super) fn page(&self, argument: Option<&Positioned<Value>>, default: u64, max: u64) -> u64 {
        let number = match argument.map(|argument| &argument.node) {
            None | Some(Value::Null) => return default,
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::Variable(name)) => match self.of.get(name.as_str()) {
                None | Some((ConstValue::Null, _)) => return default,
                Some((ConstValue::Number(number), _)) => number.as_u64(),
                Some(_) => None,
            },
            Some(_) => None,
        };
        number.unwrap_or(max).clamp(1, max)
    }
}

fn const_units(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(items) => sum(items.iter().map(const_units)),
        ConstValue::Object(members) => sum(members.iter().map(|(name, item)| const_units(item) + text_units(name))),
        ConstValue::String(text) => text_units(text) + 1,
        _ => 1,
    }
}

fn sum(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(1, u64::saturating_add)
}

fn text_units(text: &str) -> u64 {
    (text.len() / INPUT_UNIT_BYTES) as u64
}
