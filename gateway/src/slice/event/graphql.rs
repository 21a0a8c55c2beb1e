//! GraphQL fields about events. Invariant: the page is that of REST, with the same scope.

use super::{
    model::CloudEventPage,
    page::{self, EventSearch},
};
use crate::{
    auth::{Scope, reader},
    graphql::FieldPrice,
    page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX},
};
use async_graphql::{Context, Object, Result};

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[
    // A page looks through runs of events, and its events have summaries.
    FieldPrice::page("Query", "cloudEvents", "first", PAGE_LIMIT_DEFAULT as u32, PAGE_LIMIT_MAX as u32).weighing(50),
    // The page has counted its events.
    FieldPrice::list("CloudEventPage", "items", 1),
];

/// Fields of the query root about events.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// What became final for the tenant, as CloudEvents 1.0, in the order of their numbers: those after the number
    /// `after`, of one of the types, about the subject. All given conditions must hold. `first` is at most 500.
    async fn cloud_events(
        &self,
        context: &Context<'_>,
        after: Option<u64>,
        types: Option<Vec<String>>,
        subject: Option<String>,
        first: Option<u32>,
    ) -> Result<CloudEventPage> {
        let reader = reader(context, Scope::EventRead).await?;
        let limit = page::limit_of(first, "/first")?;
        let types = page::types_of(types.iter().flatten().map(String::as_str), "/types")?;
        page::check_subject(subject.as_deref(), "/subject")?;
        let search = EventSearch { after: after.unwrap_or(0), types, subject, limit };
        Ok(page::list(reader.gateway, reader.tenant, search).await?)
    }
}
