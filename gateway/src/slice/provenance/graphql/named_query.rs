//! Named queries in GraphQL. Invariant: a query is run as REST runs it; only the size of its page is always that of
//! the argument, because the cost of a document does not depend on what is stored.

use super::{
    connection::{EventConnection, find_page},
    event_reader, filter,
    keyset::{self, Connected},
};
use crate::{
    error::absent_as_null,
    provenance::{
        code,
        named_query::{self, NAMED_QUERIES_MAX, NamedQuery},
    },
};
use async_graphql::{Context, Json, Object, Result};
use serde_json::value::RawValue;
use standards_epcis::limit::PER_PAGE_DEFAULT;

/// Conditions on events, stored under a name.
#[Object]
impl NamedQuery {
    /// The name, unique within the tenant.
    async fn name(&self) -> &str {
        &self.name
    }

    /// The parameters of the query as members, as they were sent.
    async fn query(&self) -> Json<Box<RawValue>> {
        Json(self.query.clone())
    }

    /// The events that the query finds: `first`, or 30 if it is absent. A stored `perPage` is ignored.
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let reader = event_reader(context).await?;
        let query = filter::with_page(self.to_query()?, first, after)?;
        find_page(reader.gateway, reader.tenant, query).await
    }
}

/// Lists one page of the tenant's queries.
pub(super) async fn list(
    context: &Context<'_>,
    first: Option<u32>,
    after: Option<String>,
) -> Result<Connected<NamedQuery>> {
    let reader = event_reader(context).await?;
    let limit = keyset::size(first, PER_PAGE_DEFAULT, NAMED_QUERIES_MAX)?;
    let page = named_query::page(reader.gateway, reader.tenant, keyset::sent(after.as_deref()), limit)?;
    let found = named_query::list(reader.gateway, reader.tenant, &page).await?;
    keyset::connect(&page, found, |named| named.name.clone())
}

/// Finds a query by its name; none when there is none.
pub(super) async fn find(context: &Context<'_>, name: String) -> Result<Option<NamedQuery>> {
    let reader = event_reader(context).await?;
    Ok(absent_as_null(named_query::find(reader.gateway, reader.tenant, name).await, &code::UNKNOWN_QUERY)?)
}
