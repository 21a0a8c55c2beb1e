//! Finds users' fields by their full names. Invariant: each name of an event is written out at most once, and only in
//! places that a condition is about.

use std::collections::BTreeMap;

use super::{Depth, FieldName, Place};
use crate::{context::Scope, json::Node};

/// The conditions on users' fields, by place and name.
#[derive(Debug, Default)]
pub(super) struct Extensions<'q> {
    places: BTreeMap<(Place, Depth), BTreeMap<&'q str, Vec<usize>>>,
}

impl<'q> Extensions<'q> {
    /// Fields with their places and names, each with the index of its condition.
    pub(super) fn new(fields: impl Iterator<Item = (usize, (Place, Depth, &'q FieldName))>) -> Self {
        let mut places: BTreeMap<_, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for (index, (place, depth, name)) in fields {
            let names = places.entry((place, depth)).or_default();
            for name in [Some(&name.full), name.other.as_ref()].into_iter().flatten() {
                names.entry(name).or_default().push(index);
            }
        }
        Self { places }
    }

    /// Whether a condition is about one of these places.
    pub(super) fn are_in(&self, places: &[Place]) -> bool {
        self.places.keys().any(|(place, _)| places.contains(place))
    }

    /// Calls `found` for each field of an object that a condition is about, with the index of the condition.
    pub(super) fn each<'n, 'a>(
        &self,
        place: Place,
        node: &'n Node<'a>,
        scope: Scope<'_, '_>,
        found: &mut impl FnMut(usize, &'n Node<'a>),
    ) {
        let (top, inner) = (self.places.get(&(place, Depth::Top)), self.places.get(&(place, Depth::Inner)));
        if top.is_none() && inner.is_none() {
            return;
        }
        for member in node.as_object().unwrap_or_default() {
            let name = scope.expand_name(&member.name);
            // The name of a standard field has no namespace.
            if !name.contains(':') {
                continue;
            }
            for index in top.and_then(|names| names.get(&*name)).into_iter().flatten() {
                found(*index, &member.node);
            }
            if let Some(names) = inner {
                below(names, &member.node, scope, found);
            }
        }
    }
}

/// The fields at any level below a value. The depth of an event is limited (`JSON_DEPTH_MAX`).
fn below<'n, 'a>(
    names: &BTreeMap<&str, Vec<usize>>,
    node: &'n Node<'a>,
    scope: Scope<'_, '_>,
    found: &mut impl FnMut(usize, &'n Node<'a>),
) {
    for element in node.as_array().unwrap_or_default() {
        below(names, element, scope, found);
    }
    for member in node.as_object().unwrap_or_default() {
        for index in names.get(&*scope.expand_name(&member.name)).into_iter().flatten() {
            found(*index, &member.node);
        }
        below(names, &member.node, scope, found);
    }
}
