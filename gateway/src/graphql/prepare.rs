//! Reads a document up to the point where its cost is known. Invariant: what passes is small enough for the library,
//! whatever it expands to.

use super::{ApiSchema, count, measure, refusal::Refusal, size::Size, text};
use crate::error::code;
use async_graphql::{
    Name, Positioned, Response, ServerError, Value, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationDefinition},
    },
    value,
};

/// A document within all limits.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) document: ExecutableDocument,
    /// The size of the operation that runs.
    pub(super) size: Size,
}

impl Prepared {
    /// Parses and measures a document.
    ///
    /// # Errors
    /// `graphql.too_complex`, `graphql.invalid`.
    pub(super) fn new(
        schema: &ApiSchema,
        query: &str,
        variables: &Variables,
        operation_name: Option<&str>,
    ) -> Result<Self, Refusal> {
        text::check(query)?;
        let document = parse_query(query).map_err(|error| {
            let mut error = ServerError::from(error);
            name_code(&mut error);
            error
        })?;
        count::check(&document, &schema.shape)?;
        let size = measure::check(&document, &schema.shape, variables, operation_name)?;
        Ok(Self { document, size })
    }

    /// Reports the cost of the document in `extensions.cost` of its answer.
    pub(super) fn report(&self, response: Response) -> Response {
        let Size { complexity, depth, introspection, .. } = self.size;
        let (complexity, depth) = (complexity.saturating_add(introspection.complexity), depth.max(introspection.depth));
        response.extension("cost", value!({ "complexity": complexity, "depth": depth }))
    }
}

/// The operation of a document that runs.
pub(super) fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d Positioned<OperationDefinition>> {
    let mut operations = document.operations.iter();
    let found = operations.find(|(known, _)| name.is_none() || known.map(Name::as_str) == name);
    found.map(|(_, operation)| operation)
}

/// Gives an error of the library the code of an invalid document, unless a field has set one.
pub(super) fn name_code(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", Value::from(code::GRAPHQL_INVALID.name));
    }
}

#[cfg(test)]
mod tests;
