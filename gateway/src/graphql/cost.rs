//! Measures and limits the cost of a GraphQL document. Invariant: a document above [`DEPTH_MAX`] or [`COMPLEXITY_MAX`]
//! is refused with a code before it runs. The response to every valid document reports its cost in `extensions.cost`.

use super::limit::{COMPLEXITY_MAX, DEPTH_MAX};
use crate::error::code::GRAPHQL_TOO_COMPLEX;
use async_graphql::{
    Response, ServerError, ValidationResult, Value, async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest, NextValidation},
    value,
};
use std::sync::{Arc, OnceLock};

/// Creates one measurement per request.
pub(super) struct Cost;

/// The complexity and the depth of one document, set by its validation.
#[derive(Default)]
struct Measured(OnceLock<(usize, usize)>);

impl ExtensionFactory for Cost {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Measured::default())
    }
}

#[async_trait::async_trait]
impl Extension for Measured {
    async fn request(&self, context: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let response = next.run(context).await;
        match self.0.get() {
            Some((complexity, depth)) => {
                response.extension("cost", value!({ "complexity": *complexity, "depth": *depth }))
            }
            None => response,
        }
    }

    async fn validation(
        &self,
        context: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(context).await?;
        // Validation runs once per request, so the value is not set yet.
        let _ = self.0.set((result.complexity, result.depth));
        for (what, value, max) in
            [("depth", result.depth, DEPTH_MAX), ("complexity", result.complexity, COMPLEXITY_MAX)]
        {
            if value > max {
                let mut error = ServerError::new(format!("The document has a {what} of {value}; at most {max}."), None);
                let extensions = error.extensions.get_or_insert_default();
                extensions.set("code", Value::from(GRAPHQL_TOO_COMPLEX.name));
                return Err(vec![error]);
            }
        }
        Ok(result)
    }
}
