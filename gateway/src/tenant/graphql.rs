//! Tenants in GraphQL.

use super::model::Tenant;
use super::rest::show_tenant::show;
use crate::auth::{Principal, Scope};
use crate::state::Gateway;
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// Fields of the query root about tenants.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantQuery;

#[Object]
impl TenantQuery {
    /// The caller's own tenant.
    async fn tenant(&self, context: &Context<'_>) -> Result<Tenant> {
        let caller = context.data::<Principal>()?;
        caller.require(Scope::TenantRead)?;
        Ok(show(context.data::<Arc<Gateway>>()?, caller.tenant).await?)
    }
}

#[Object]
impl Tenant {
    /// A UUID; the same in tokens and on the ledger.
    async fn id(&self) -> &str {
        &self.id
    }

    /// For people.
    async fn name(&self) -> &str {
        &self.name
    }

    /// `live`, or `test` for a sandbox.
    async fn mode(&self) -> &str {
        self.mode.as_str()
    }

    /// Since when, RFC 3339 UTC.
    async fn created_at(&self) -> time::OffsetDateTime {
        self.created_at
    }
}
