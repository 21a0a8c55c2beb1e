//! GraphQL fields about events, with the parameter names of EPCIS. Invariant: each field that reads a tenant's data
//! checks the scope of its REST endpoint.

mod connection;
mod event;
mod filter;

use self::{connection::EventConnection, filter::EventFilter};
use super::{evidence, model::Event, search};
use crate::{
    auth::{Scope, reader},
    freshness,
    state::Gateway,
    tenant_id::TenantId,
};
use async_graphql::{Context, Json, Object, Result};
use http::HeaderMap;
use standards_epcis::{identifier, limit::PER_PAGE_MAX};
use std::sync::Arc;

/// Fields of the query root about provenance.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProvenanceQuery;

/// An EPC, EPC class or lot.
#[derive(Clone, Debug)]
pub struct Identifier {
    canonical: String,
}

#[Object]
impl ProvenanceQuery {
    /// Events that match the parameters of the EPCIS simple event query. All conditions must hold.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        filter: Option<EventFilter>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let (gateway, tenant) = fresh_reader(context).await?;
        connection::find_page(gateway, tenant, filter.unwrap_or_default().query(first, after)?).await
    }

    /// The event with this id; null when there is none.
    async fn event(&self, context: &Context<'_>, id: String) -> Result<Option<Event>> {
        let (gateway, tenant) = fresh_reader(context).await?;
        let page = search::find_event(gateway, tenant, id).await?;
        let first = page.rows.iter().position(|row| !row.declares_error).unwrap_or(0);
        Ok(page.rows.into_iter().nth(first).map(Event::from))
    }

    /// An EPC, EPC class or lot, in any spelling.
    async fn identifier(&self, epc: String) -> Identifier {
        Identifier { canonical: identifier::canonical(&epc).into_owned() }
    }
}

#[Object]
impl Identifier {
    /// The canonical GS1 Digital Link, or the text itself when it is not a GS1 key.
    async fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The events that contain the identifier in any role.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let (gateway, tenant) = fresh_reader(context).await?;
        let query = filter::query_in_any_role(&self.canonical, first, after)?;
        connection::find_page(gateway, tenant, query).await
    }

    /// The evidence bundle: all records about the identifier, or the proof that there are none.
    #[graphql(complexity = 500)]
    async fn evidence(&self, context: &Context<'_>) -> Result<Json<chain_proof::Bundle>> {
        let (gateway, tenant) = fresh_reader(context).await?;
        Ok(Json(evidence::of_identifier(gateway, tenant, &self.canonical).await?))
    }
}

/// The complexity of a page: its size multiplied by the complexity of one event.
fn page_complexity(first: Option<u32>, child: usize) -> usize {
    usize::try_from(first.unwrap_or(standards_epcis::limit::PER_PAGE_DEFAULT).min(PER_PAGE_MAX))
        .unwrap_or(usize::MAX)
        .saturating_mul(child.max(1))
}

/// Returns the caller's tenant after checking its scope and waiting until the index contains its own writes.
async fn fresh_reader<'c>(context: &Context<'c>) -> Result<(&'c Arc<Gateway>, TenantId)> {
    let (gateway, tenant) = reader(context, Scope::ProvenanceRead)?;
    freshness::await_fresh(gateway, tenant, &HeaderMap::new()).await?;
    Ok((gateway, tenant))
}
