//! Operations in GraphQL.

use super::{find, model::Operation};
use crate::{
    auth::{Principal, Scope},
    error::ApiError,
    state::Gateway,
};
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// Fields of the query root about operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperationQuery;

#[Object]
impl OperationQuery {
    /// One operation; null when there is none with this id.
    async fn operation(&self, context: &Context<'_>, id: String) -> Result<Option<Operation>> {
        let caller = context.data::<Principal>()?;
        caller.require(Scope::OperationRead)?;
        let found = find::find(context.data::<Arc<Gateway>>()?, caller.tenant, &id).await;
        absent_as_null(found.map(|record| Operation::of(&record)))
    }
}

fn absent_as_null<T>(found: Result<T, ApiError>) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == super::code::UNKNOWN_OPERATION.name => Ok(None),
        Err(error) => Err(error.into()),
    }
}
