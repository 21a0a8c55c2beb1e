//! GraphQL fields about operations. Invariant: each field checks the scope `operation:read`.

use super::{code, find, model::Operation};
use crate::{
    auth::{Scope, reader},
    error::absent_as_null,
};
use async_graphql::{Context, Object, Result};

/// Fields of the query root about operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperationQuery;

#[Object]
impl OperationQuery {
    /// One operation; null when no operation has this id.
    async fn operation(&self, context: &Context<'_>, id: String) -> Result<Option<Operation>> {
        let (gateway, tenant) = reader(context, Scope::OperationRead)?;
        let found = absent_as_null(find::find(gateway, tenant, &id).await, &code::UNKNOWN_OPERATION)?;
        Ok(found.as_ref().map(Operation::of))
    }
}
