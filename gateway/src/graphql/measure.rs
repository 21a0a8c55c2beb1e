//! Measures the operations of a document before it is validated. Invariant: each selection is visited once per
//! operation. A fragment is measured once and its size is added at each spread, so that the time is linear in the
//! document whatever it expands to.

use super::{
    fragment,
    price::Items,
    refusal::{Refusal, too_much},
    shape::{Shape, named, root},
    size::Size,
    value,
};
use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;
use std::collections::HashMap;

/// The fields of `__Type` that lead to other types.
const LISTS_OF_TYPES: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

/// Measures all operations and returns the size of the one that runs.
///
/// # Errors
/// `graphql.too_complex` when one is above a limit; `graphql.invalid` for cycles and unused fragments.
pub(super) fn check(
    document: &ExecutableDocument,
    shape: &Shape,
    variables: &Variables,
    operation_name: Option<&str>,
) -> Result<Size, Refusal> {
    let order = fragment::order(document)?;
    let mut chosen = Size::default();
    for (name, operation) in document.operations.iter() {
        let size = measure(document, &order, operation, shape, variables);
        if let Some((what, value, max)) = size.above() {
            return Err(too_much(what, value, max, operation.pos).into());
        }
        if operation_name.is_none() || name.map(Name::as_str) == operation_name {
            chosen = size;
        }
    }
    Ok(chosen)
}

/// Measures one operation, whose variables give sizes to the fragments as well.
pub(super) fn measure(
    document: &ExecutableDocument,
    order: &[&str],
    operation: &Positioned<OperationDefinition>,
    shape: &Shape,
    variables: &Variables,
) -> Size {
    let values = value::Values::new(&operation.node.variable_definitions, variables);
    let mut measure = Measure { shape, values, fragments: HashMap::with_capacity(order.len()) };
    for name in order {
        if let Some(fragment) = document.fragments.get(*name) {
            let on = fragment.node.type_condition.node.on.node.as_str();
            let size = measure.set(&fragment.node.selection_set, Parent::named(on));
            let size = measure.annotated(size, &fragment.node.directives);
            measure.fragments.insert(name, size);
        }
    }
    let size = measure.set(&operation.node.selection_set, Parent::Type(root(operation.node.ty)));
    measure.annotated(size, &operation.node.directives)
}

/// The type that a selection set belongs to.
#[derive(Clone, Copy)]
enum Parent<'t> {
    Type(&'t str),
    /// A type of the introspection, whose names begin with two underscores.
    Introspection,
    Unknown,
}

impl<'t> Parent<'t> {
    fn named(name: &'t str) -> Self {
        if name.starts_with("__") { Self::Introspection } else { Self::Type(name) }
    }
}

struct Measure<'d> {
    shape: &'d Shape,
    values: value::Values<'d>,
    fragments: HashMap<&'d str, Size>,
}

impl Measure<'_> {
    /// Recurses at most [`NESTING_MAX`](super::limit::NESTING_MAX) deep, because it does not follow spreads.
    fn set(&self, set: &Positioned<SelectionSet>, parent: Parent<'_>) -> Size {
        set.node.items.iter().fold(Size::default(), |total, selection| {
            let size = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Parent::named(on.node.on.node.as_str()));
                    self.set(&fragment.node.selection_set, parent)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragments.get(spread.node.fragment_name.node.as_str()).copied().unwrap_or_default()
                }
            };
            let itself = Size { selections: 1, ..Size::default() };
            total.beside(itself).beside(self.annotated(size, selection.node.directives()).nested())
        })
    }

    fn field(&self, field: &Field, parent: Parent<'_>) -> Size {
        let name = field.name.node.as_str();
        let itself = Size { complexity: 1, depth: 1, input: self.input(&field.arguments), ..Size::default() };
        match (parent, name) {
            (_, "__typename") => itself,
            (Parent::Introspection, _) => {
                let mut below = self.set(&field.selection_set, parent).below(self.shape.introspected(name));
                below.lists = below.lists.saturating_add(u64::from(LISTS_OF_TYPES.contains(&name)));
                itself.beside(below)
            }
            (_, "__schema" | "__type") => {
                let below = self.set(&field.selection_set, Parent::Introspection).introspected();
                Size { input: itself.input.saturating_add(below.input), ..below }
            }
            (Parent::Unknown, _) => itself.beside(self.set(&field.selection_set, parent).below(1)),
            (Parent::Type(of), _) => match self.shape.field(of, name) {
                None => itself.beside(self.set(&field.selection_set, Parent::Unknown).below(1)),
                Some(known) => {
                    let below = self.set(&field.selection_set, Parent::named(named(&known.ty)));
                    let (items, least) = match known.price.items {
                        Items::One => (1, 0),
                        Items::AtMost(items) => (items, 0),
                        // Each item of a page is read, even if the answer shows none of its fields.
                        Items::Page { argument, default, max } => {
                            (self.values.page(field.get_argument(argument), default, max), 1)
                        }
                    };
                    let below = Size { complexity: below.complexity.max(least), ..below }.below(items);
                    let price = known.price;
                    Size { complexity: price.own, reads: price.reads, ..itself }.beside(below)
                }
            },
        }
    }

    /// Adds the arguments of directives.
    fn annotated(&self, size: Size, directives: &[Positioned<Directive>]) -> Size {
        let input = directives.iter().map(|directive| self.input(&directive.node.arguments).saturating_add(1));
        Size { input: input.fold(size.input, u64::saturating_add), ..size }
    }

    fn input(&self, arguments: &[(Positioned<Name>, Positioned<Value>)]) -> u64 {
        arguments.iter().map(|(_, value)| self.values.units(&value.node)).fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests;
