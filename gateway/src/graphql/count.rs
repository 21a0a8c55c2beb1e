//! Counts what a document contains as it is written. Invariant: each part is visited once; fragments are not expanded.

use super::{
    limit::{
        ALIASES_MAX, ARGUMENTS_PER_FIELD_MAX, DIRECTIVES_MAX, DIRECTIVES_PER_FIELD_MAX, FRAGMENTS_MAX, OPERATIONS_MAX,
        VARIABLES_MAX,
    },
    refusal::{Refusal, invalid, too_complex, too_many},
    shape::{Shape, named},
};
use async_graphql::{
    Pos, Positioned,
    parser::types::{Directive, ExecutableDocument, Selection, SelectionSet},
};

/// Checks the numbers of definitions, variables, aliases, directives and arguments, and the types of variables.
///
/// # Errors
/// `graphql.too_complex` above a limit. `graphql.invalid` for a variable of an unknown type: async-graphql panics on
/// some of them.
pub(super) fn check(document: &ExecutableDocument, shape: &Shape) -> Result<(), Refusal> {
    let operations = document.operations.iter().count();
    let mut counted = Counted::default();
    for (_, operation) in document.operations.iter() {
        counted.variables += operation.node.variable_definitions.len();
        counted.directives(&operation.node.directives);
        for variable in &operation.node.variable_definitions {
            counted.directives(&variable.node.directives);
            let name = named(&variable.node.var_type.node);
            if !shape.is_input(name) {
                return Err(invalid(format!("No input type has the name {name:?}."), variable.pos).into());
            }
        }
        counted.set(&operation.node.selection_set);
    }
    for fragment in document.fragments.values() {
        counted.directives(&fragment.node.directives);
        counted.set(&fragment.node.selection_set);
    }
    for (what, value, max) in [
        ("operations", operations, OPERATIONS_MAX),
        ("fragments", document.fragments.len(), FRAGMENTS_MAX),
        ("variables", counted.variables, VARIABLES_MAX),
        ("aliases", counted.aliases, ALIASES_MAX),
        ("directives", counted.directives, DIRECTIVES_MAX),
    ] {
        if value > max {
            return Err(too_complex(what, value as u64, max as u64, Some(counted.last)).into());
        }
    }
    for (what, (value, at), max) in [
        ("arguments", counted.most_arguments, ARGUMENTS_PER_FIELD_MAX),
        ("directives", counted.most_directives, DIRECTIVES_PER_FIELD_MAX),
    ] {
        if value > max {
            return Err(too_many(what, value, max, at).into());
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counted {
    variables: usize,
    aliases: usize,
    directives: usize,
    /// The most arguments on one field or directive, and where.
    most_arguments: (usize, Pos),
    /// The most directives at one place, and where.
    most_directives: (usize, Pos),
    /// The position of the last alias or directive.
    last: Pos,
}

impl Counted {
    /// Recurses at most [`NESTING_MAX`](super::limit::NESTING_MAX) deep.
    fn set(&mut self, set: &Positioned<SelectionSet>) {
        for selection in &set.node.items {
            match &selection.node {
                Selection::Field(field) => {
                    if field.node.alias.is_some() {
                        self.aliases += 1;
                        self.last = field.pos;
                    }
                    self.arguments(field.node.arguments.len(), field.pos);
                    self.directives(&field.node.directives);
                    self.set(&field.node.selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.node.directives);
                    self.set(&fragment.node.selection_set);
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.node.directives),
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        self.directives += directives.len();
        for directive in directives {
            self.last = directive.pos;
            if directives.len() > self.most_directives.0 {
                self.most_directives = (directives.len(), directive.pos);
            }
            self.arguments(directive.node.arguments.len(), directive.pos);
        }
    }

    fn arguments(&mut self, count: usize, at: Pos) {
        if count > self.most_arguments.0 {
            self.most_arguments = (count, at);
        }
    }
}
