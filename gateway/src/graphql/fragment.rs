//! The order in which fragments are measured: each after those that it spreads. Invariant: no recursion; each spread is
//! looked at once. A document with a cycle or an unused fragment has no order and is refused.

use super::refusal::invalid;
use async_graphql::{
    Pos, Positioned, ServerError,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};
use std::collections::{HashMap, HashSet};

/// Sorts the names of all fragments.
///
/// # Errors
/// `graphql.invalid` for a fragment that contains itself (GraphQL, section 5.5.2.2) or is never used (5.5.1.4).
pub(super) fn order(document: &ExecutableDocument) -> Result<Vec<&str>, ServerError> {
    let spreads: HashMap<&str, Vec<(&str, Pos)>> = document
        .fragments
        .iter()
        .map(|(name, fragment)| (name.as_str(), spreads(&fragment.node.selection_set)))
        .collect();
    let mut order = Vec::with_capacity(spreads.len());
    let (mut seen, mut done) = (HashSet::new(), HashSet::new());
    let roots = document.operations.iter().flat_map(|(_, operation)| self::spreads(&operation.node.selection_set));
    for (root, _) in roots {
        // The fragments from the root to the current one, each with the position of its next spread.
        let mut path: Vec<(&str, usize)> = Vec::new();
        if spreads.contains_key(root) && seen.insert(root) {
            path.push((root, 0));
        }
        while let Some((name, next)) = path.last_mut() {
            let Some(&(inner, at)) = spreads[*name].get(*next) else {
                order.push(*name);
                done.insert(*name);
                path.pop();
                continue;
            };
            *next += 1;
            if seen.contains(inner) && !done.contains(inner) {
                return Err(invalid(format!("The fragment {inner:?} contains itself."), at));
            }
            // A spread of an unknown fragment is reported by the validation.
            if spreads.contains_key(inner) && seen.insert(inner) {
                path.push((inner, 0));
            }
        }
    }
    match document.fragments.iter().find(|(name, _)| !done.contains(name.as_str())) {
        Some((name, fragment)) => {
            Err(invalid(format!("The fragment {:?} is never used.", name.as_str()), fragment.pos))
        }
        None => Ok(order),
    }
}

/// The fragments that a selection set spreads, each once.
fn spreads(set: &Positioned<SelectionSet>) -> Vec<(&str, Pos)> {
    let (mut found, mut names, mut sets) = (Vec::new(), HashSet::new(), vec![set]);
    while let Some(set) = sets.pop() {
        for selection in &set.node.items {
            match &selection.node {
                Selection::Field(field) => sets.push(&field.node.selection_set),
                Selection::InlineFragment(fragment) => sets.push(&fragment.node.selection_set),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if names.insert(name) {
                        found.push((name, spread.pos));
                    }
                }
            }
        }
    }
    found
}
