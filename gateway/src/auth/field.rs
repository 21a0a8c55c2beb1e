//! Access of GraphQL fields. Invariant: a field that shows a tenant's data asks for its scope itself.

use super::{Principal, Scope};
use crate::state::Gateway;
use async_graphql::{Context, Result};
use std::sync::Arc;
use uuid::Uuid;

/// The caller's tenant, once the caller is known to hold a scope.
///
/// # Errors
/// `auth.insufficient_scope`.
pub(crate) fn reader<'c>(context: &Context<'c>, scope: Scope) -> Result<(&'c Arc<Gateway>, Uuid)> {
    let caller = context.data::<Principal>()?;
    caller.require(scope)?;
    Ok((context.data::<Arc<Gateway>>()?, caller.tenant))
}
