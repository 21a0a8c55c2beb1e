//! What a tenant's events name, as GraphQL lists. Invariant: a list has the values of its REST endpoint, in the same
//! order and with the same cursors.

use super::{
    connection::{EventConnection, find_page},
    event_reader, filter,
    keyset::{self, Connected},
};
use crate::{
    budget::Charge,
    page::PageOf,
    provenance::resource::{self, Resource},
};
use async_graphql::{Context, Object, Result};
use indexer::provenance::VALUE_BYTES_MAX;
use standards_epcis::limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX};

/// A value that events of the tenant name.
#[derive(Clone, Debug)]
pub(super) struct ResourceValue {
    resource: Resource,
    value: String,
}

#[Object]
impl ResourceValue {
    /// The value in canonical form.
    async fn value(&self) -> &str {
        &self.value
    }

    /// The events that name the value.
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let reader = event_reader(context).await?;
        let query = filter::query_of_parameter(self.resource.parameter(), &self.value, first, after)?;
        find_page(reader.gateway, reader.tenant, query).await
    }
}

/// Lists one page of values.
pub(super) async fn list(
    context: &Context<'_>,
    resource: Resource,
    first: Option<u32>,
    after: Option<String>,
) -> Result<Connected<ResourceValue>> {
    let reader = event_reader(context).await?;
    let (gateway, tenant) = (reader.gateway, reader.tenant);
    let limit = keyset::size(first, PER_PAGE_DEFAULT, PER_PAGE_MAX)?;
    let page =
        PageOf::<String>::open(&gateway.cursors, tenant, resource.name(), keyset::sent(after.as_deref()), limit)?;
    let charge = Charge::reserve(page.rows() as usize * VALUE_BYTES_MAX).await?;
    let found = resource::list(gateway, tenant, resource, page.after(), page.rows()).await?;
    charge.keep_part_for_answer(found.iter().map(String::len).sum());
    let values = found.into_iter().map(|value| ResourceValue { resource, value }).collect();
    keyset::connect(&page, values, |item| item.value.clone())
}
