//! Access of GraphQL fields. Invariant: a field that shows a tenant's data asks for its scope itself.

use super::{Principal, Scope};
use crate::{state::Gateway, tenant_id::TenantId};
use async_graphql::{Context, Result};
use std::sync::Arc;

/// The caller's tenant, once the caller is known to hold a scope.
///
/// # Errors
/// `auth.insufficient_scope`.
pub(crate) fn reader<'c>(context: &Context<'c>, scope: Scope) -> Result<(&'c Arc<Gateway>, TenantId)> {
    let caller = context.data::<Principal>()?;
    caller.require(scope)?;
    Ok((context.data::<Arc<Gateway>>()?, caller.tenant))
}
