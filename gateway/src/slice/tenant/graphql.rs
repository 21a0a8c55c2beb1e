//! GraphQL fields about tenants. Invariant: each field checks the scope `tenant:read`.

use super::{model::Tenant, rest::show_tenant::show};
use crate::auth::{Scope, reader};
use async_graphql::{Context, Object, Result};

/// Fields of the query root about tenants.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantQuery;

#[Object]
impl TenantQuery {
    /// The caller's own tenant.
    async fn tenant(&self, context: &Context<'_>) -> Result<Tenant> {
        let (gateway, tenant) = reader(context, Scope::TenantRead)?;
        Ok(show(gateway, tenant).await?)
    }
}
