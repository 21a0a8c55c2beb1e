//! GraphQL fields about tenants. Invariant: each field checks the scope `tenant:read`.

use super::{model::Tenant, rest::show_tenant::show};
use crate::{
    auth::{Scope, reader},
    graphql::FieldPrice,
};
use async_graphql::{Context, Object, Result};

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[FieldPrice::read("Query", "tenant", 1)];

/// Fields of the query root about tenants.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantQuery;

#[Object]
impl TenantQuery {
    /// The caller's own tenant.
    async fn tenant(&self, context: &Context<'_>) -> Result<Tenant> {
        let reader = reader(context, Scope::TenantRead).await?;
        Ok(show(reader.gateway, reader.tenant).await?)
    }
}
