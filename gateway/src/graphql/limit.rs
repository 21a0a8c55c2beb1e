//! Limits on the size of a GraphQL document. Invariant: each limit is checked before a resolver runs.

use crate::error::{ApiError, code};
use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

/// The maximum size of a document, in bytes.
pub const QUERY_BYTES_MAX: usize = 32 * 1024;
/// The maximum nesting depth of fields.
pub const DEPTH_MAX: usize = 12;
/// The maximum complexity: the number of fields, each multiplied by the sizes of the pages around it.
pub const COMPLEXITY_MAX: usize = 10_000;
/// The maximum number of aliases. An alias makes the same field run again.
pub const ALIASES_MAX: usize = 30;
/// The maximum number of directives on one field.
pub const DIRECTIVES_PER_FIELD_MAX: usize = 5;
/// The maximum recursion depth of the parser, fragments included.
pub const RECURSION_MAX: usize = 32;

/// Checks the length of a document.
///
/// # Errors
/// `graphql.too_complex`.
pub fn check_size(query: &str) -> Result<(), ApiError> {
    if query.len() <= QUERY_BYTES_MAX {
        return Ok(());
    }
    Err(too_complex(format!("The document has {} bytes; at most {QUERY_BYTES_MAX} are allowed.", query.len())))
}

/// Checks the number of aliases.
///
/// # Errors
/// `graphql.too_complex`.
pub fn check_aliases(document: &ExecutableDocument) -> Result<(), ApiError> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    let aliases: usize = operations.chain(fragments).map(count_aliases).sum();
    if aliases <= ALIASES_MAX {
        return Ok(());
    }
    Err(too_complex(format!("The document has {aliases} aliases; at most {ALIASES_MAX} are allowed.")))
}

fn count_aliases(set: &Positioned<SelectionSet>) -> usize {
    let count = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(field) => {
            usize::from(field.node.alias.is_some()).saturating_add(count_aliases(&field.node.selection_set))
        }
        Selection::InlineFragment(fragment) => count_aliases(&fragment.node.selection_set),
        Selection::FragmentSpread(_) => 0,
    };
    set.node.items.iter().map(count).sum()
}

fn too_complex(detail: String) -> ApiError {
    ApiError::new(&code::GRAPHQL_TOO_COMPLEX, detail).at("/query", code::GRAPHQL_TOO_COMPLEX.name, "above a limit")
}
