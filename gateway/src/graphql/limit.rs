//! How large a GraphQL document may be. Invariant: each limit is checked before a resolver runs.

use crate::error::{ApiError, code};
use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

/// Bytes of a document.
pub const QUERY_BYTES_MAX: usize = 32 * 1024;
/// Levels of fields.
pub const DEPTH_MAX: usize = 12;
/// Fields, each times the sizes of the pages around it.
pub const COMPLEXITY_MAX: usize = 10_000;
/// Aliases in a document; they repeat a field that then runs again.
pub const ALIASES_MAX: usize = 30;
/// Directives on one field.
pub const DIRECTIVES_PER_FIELD_MAX: usize = 5;
/// Levels that the parser follows, fragments included.
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
    let of = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(field) => {
            usize::from(field.node.alias.is_some()).saturating_add(count_aliases(&field.node.selection_set))
        }
        Selection::InlineFragment(fragment) => count_aliases(&fragment.node.selection_set),
        Selection::FragmentSpread(_) => 0,
    };
    set.node.items.iter().map(of).sum()
}

fn too_complex(detail: String) -> ApiError {
    ApiError::new(&code::GRAPHQL_TOO_COMPLEX, detail).at("/query", code::GRAPHQL_TOO_COMPLEX.name, "above a limit")
}
