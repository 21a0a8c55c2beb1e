//! GraphQL fields about events, with the parameter names of EPCIS. Invariant: each field that reads a tenant's data
//! checks the scope of its REST endpoint.

mod connection;
mod event;
mod filter;
mod keyset;
mod master_data;
mod named_query;
mod resource;

use self::{
    connection::EventConnection, filter::EventFilter, keyset::Connected, master_data::MasterDataConnection,
    resource::ResourceValue,
};
use super::{
    code, evidence,
    master_data::{ElementSearch, MasterDataVersion},
    model::Event,
    named_query::{NAMED_QUERIES_MAX, NamedQuery},
    resolver,
    resource::Resource,
    search,
};
use crate::{
    auth::{Reader, Scope, reader},
    error::absent_as_null,
    graphql::FieldPrice,
};
use async_graphql::{Context, Json, Object, Result};
use serde_json::value::RawValue;
use standards_epcis::{
    extract::canonical_identifier,
    limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX, QUERY_COST_MAX},
};

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[
    FieldPrice::page("Query", "events", "first", PER_PAGE_DEFAULT, PER_PAGE_MAX),
    // The page has counted its events.
    FieldPrice::list("EventConnection", "nodes", 1),
    FieldPrice::list("EventConnection", "edges", 1),
    FieldPrice::read("Query", "event", 1),
    FieldPrice::read("Query", "identifier", 0),
    FieldPrice::page("Identifier", "events", "first", PER_PAGE_DEFAULT, PER_PAGE_MAX),
    // The evidence of an identifier reads the keys of each block that has a record of it, so a request may have one.
    FieldPrice::read("Identifier", "evidence", 40).weighing(500),
    FieldPrice::read("Event", "evidence", 1).weighing(200),
    FieldPrice::page("Query", "resources", "first", PER_PAGE_DEFAULT, PER_PAGE_MAX),
    FieldPrice::list("ResourceValueConnection", "nodes", 1),
    FieldPrice::list("ResourceValueConnection", "edges", 1),
    FieldPrice::page("ResourceValue", "events", "first", PER_PAGE_DEFAULT, PER_PAGE_MAX),
    FieldPrice::page("Query", "namedQueries", "first", PER_PAGE_DEFAULT, NAMED_QUERIES_MAX),
    FieldPrice::list("NamedQueryConnection", "nodes", 1),
    FieldPrice::list("NamedQueryConnection", "edges", 1),
    FieldPrice::read("Query", "namedQuery", 1),
    // The conditions are not in the document, so they count as the most that a query may have.
    FieldPrice::page("NamedQuery", "events", "first", PER_PAGE_DEFAULT, PER_PAGE_MAX).weighing(QUERY_COST_MAX as u64),
    FieldPrice::read("Query", "links", 1),
    FieldPrice::page("Query", "masterData", "first", master_data::FIRST_DEFAULT, master_data::FIRST_MAX),
    FieldPrice::list("MasterDataConnection", "nodes", 1),
    FieldPrice::list("MasterDataConnection", "edges", 1),
    // The vocabulary of the id, and the version.
    FieldPrice::read("Query", "masterDataElement", 2),
    FieldPrice::page("MasterDataVersion", "history", "first", master_data::FIRST_DEFAULT, master_data::FIRST_MAX),
    FieldPrice::read("MasterDataVersion", "evidence", 1).weighing(200),
];

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
    async fn events(
        &self,
        context: &Context<'_>,
        filter: Option<EventFilter>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let reader = event_reader(context).await?;
        connection::find_page(reader.gateway, reader.tenant, filter.unwrap_or_default().query(first, after)?).await
    }

    /// The event with this id; null when there is none.
    async fn event(&self, context: &Context<'_>, id: String) -> Result<Option<Event>> {
        let reader = event_reader(context).await?;
        let page = search::find_event(reader.gateway, reader.tenant, id).await?;
        let first = page.rows.iter().position(|row| !row.declares_error).unwrap_or(0);
        Ok(page.rows.into_iter().nth(first).map(Event::from))
    }

    /// An EPC, EPC class or lot, in any spelling.
    async fn identifier(&self, epc: String) -> Identifier {
        Identifier { canonical: canonical_identifier(&epc).into_owned() }
    }

    /// What the tenant's events name, each value once, in the order of its bytes.
    async fn resources(
        &self,
        context: &Context<'_>,
        list: Resource,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<Connected<ResourceValue>> {
        resource::list(context, list, first, after).await
    }

    /// The named queries of the tenant, by name; at most 200 are on a page.
    async fn named_queries(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<Connected<NamedQuery>> {
        named_query::list(context, first, after).await
    }

    /// The query with this name; null when there is none.
    async fn named_query(&self, context: &Context<'_>, name: String) -> Result<Option<NamedQuery>> {
        named_query::find(context, name).await
    }

    /// The linkset (RFC 9264) that the tenant stores for an object, links that are not public included; null when there
    /// is none. The object is a GS1 Digital Link, its path or an element string in brackets.
    async fn links(&self, context: &Context<'_>, identifier: String) -> Result<Option<Json<Box<RawValue>>>> {
        let reader = event_reader(context).await?;
        let found = resolver::links_of(reader.gateway, reader.tenant, &identifier).await;
        let Some(linkset) = absent_as_null(found, &code::UNKNOWN_LINK)? else { return Ok(None) };
        Ok(Some(Json(RawValue::from_string(linkset.to_json())?)))
    }

    /// The newest version of the master data of each element, in the order of vocabulary and id. All given conditions
    /// must hold; they are URIs in any spelling. A page examines `first` elements, at most 500, and has those of them
    /// with the attribute and the child.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
    async fn master_data(
        &self,
        context: &Context<'_>,
        vocabulary: Option<String>,
        id: Option<String>,
        attribute: Option<String>,
        child: Option<String>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<MasterDataConnection> {
        master_data::list(context, ElementSearch { vocabulary, id, attribute, child }, first, after).await
    }

    /// The newest version of the master data of an element, or the one that was the newest at the record time `asOf`;
    /// null when there is none. The vocabulary is needed only when elements of several vocabularies have the id.
    async fn master_data_element(
        &self,
        context: &Context<'_>,
        id: String,
        vocabulary: Option<String>,
        as_of: Option<String>,
    ) -> Result<Option<MasterDataVersion>> {
        master_data::find(context, &id, vocabulary.as_deref(), as_of.as_deref()).await
    }
}

#[Object]
impl Identifier {
    /// The canonical GS1 Digital Link, or the text itself when it is not a GS1 key.
    async fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The events that contain the identifier in any role.
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<EventConnection> {
        let reader = event_reader(context).await?;
        let query = filter::query_in_any_role(&self.canonical, first, after)?;
        connection::find_page(reader.gateway, reader.tenant, query).await
    }

    /// The evidence bundle: all records of the tenant about the identifier, fully disclosed, or the proof that there
    /// are none.
    async fn evidence(&self, context: &Context<'_>) -> Result<Json<chain_proof::Bundle>> {
        let reader = event_reader(context).await?;
        Ok(Json(evidence::of_identifier(reader.gateway, reader.tenant, &self.canonical).await?))
    }
}

/// Returns the caller's tenant after checking its scope. The request has waited until the index contains the tenant's
/// own writes.
async fn event_reader<'c>(context: &Context<'c>) -> Result<Reader<'c>> {
    reader(context, Scope::ProvenanceRead).await
}
