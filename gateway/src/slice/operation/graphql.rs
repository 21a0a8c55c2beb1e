//! GraphQL fields about operations. Invariant: each field checks the scope `operation:read`.

use super::{code, find, model::Operation};
use crate::{
    auth::{Scope, reader},
    error::absent_as_null,
    graphql::FieldPrice,
};
use async_graphql::{Context, Object, Result};
use chain_types::limit::ENTRIES_PER_TRANSACTION_MAX;

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[
    FieldPrice::read("Query", "operation", 1),
    FieldPrice::list("Operation", "commands", ENTRIES_PER_TRANSACTION_MAX as u64),
    // A rejection explains itself with a value or two.
    FieldPrice::list("OperationCommand", "fields", 2),
];

/// Fields of the query root about operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperationQuery;

#[Object]
impl OperationQuery {
    /// One operation; null when no operation has this id.
    async fn operation(&self, context: &Context<'_>, id: String) -> Result<Option<Operation>> {
        let reader = reader(context, Scope::OperationRead).await?;
        let found = absent_as_null(find::find(reader.gateway, reader.tenant, &id).await, &code::UNKNOWN_OPERATION)?;
        Ok(found.as_ref().map(Operation::of))
    }
}
