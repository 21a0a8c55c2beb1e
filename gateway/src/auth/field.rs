//! The scope check of GraphQL fields. Invariant: each field that reads a tenant's data checks its scope itself.

use super::{Principal, Scope};
use crate::{state::Gateway, tenant_id::TenantId};
use async_graphql::{Context, Result};
use std::sync::Arc;

/// Returns the gateway and the caller's tenant after checking that the caller holds `scope`.
///
/// # Errors
/// `auth.insufficient_scope`.
pub(crate) fn reader<'c>(context: &Context<'c>, scope: Scope) -> Result<(&'c Arc<Gateway>, TenantId)> {
    let caller = context.data::<Principal>()?;
    caller.require(scope)?;
    Ok((context.data::<Arc<Gateway>>()?, caller.tenant))
}
