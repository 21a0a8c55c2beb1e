//! Master data in GraphQL. Invariant: elements, versions and cursors are those of REST, so a page that one of both
//! began can be continued by the other.
#![allow(clippy::unused_async, reason = "async-graphql takes async resolvers only")]

use super::{event_reader, keyset};
use crate::{
    error::absent_as_null,
    evidence::{FieldChoice, Place},
    page::{List, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, PageOf},
    provenance::{
        code,
        master_data::{self, ElementSearch, MasterDataVersion, ProvedVersion},
    },
};
use async_graphql::{ComplexObject, Context, Json, Object, Result, SimpleObject, connection::PageInfo};
use chain_types::{Height, ShardId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// The number of versions of a page without `first`, as in REST.
pub(super) const FIRST_DEFAULT: u32 = PAGE_LIMIT_DEFAULT as u32;
/// The maximum number of versions of a page, as in REST.
pub(super) const FIRST_MAX: u32 = PAGE_LIMIT_MAX as u32;

/// A page of versions with their cursors.
#[derive(Debug)]
pub(super) struct MasterDataConnection {
    edges: Vec<MasterDataEdge>,
    /// The cursor of the next page.
    next: Option<String>,
    is_first_page: bool,
}

/// A version with its cursor.
#[derive(Debug, SimpleObject)]
pub(super) struct MasterDataEdge {
    /// The version.
    node: MasterDataVersion,
    /// The value of `after` for the page that begins behind this version.
    cursor: String,
}

/// A page of versions of master data. It can have fewer than `first`, when the documents are large or when elements of
/// the page do not meet a condition: then `hasNextPage` is true, and `endCursor` continues behind the last element that
/// was examined.
#[Object]
impl MasterDataConnection {
    /// The versions with their cursors.
    async fn edges(&self) -> &[MasterDataEdge] {
        &self.edges
    }

    /// The versions without cursors.
    async fn nodes(&self) -> Vec<&MasterDataVersion> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Information about the neighbouring pages.
    async fn page_info(&self) -> PageInfo {
        let cursor_of = |edge: &MasterDataEdge| edge.cursor.clone();
        PageInfo {
            has_previous_page: !self.is_first_page,
            has_next_page: self.next.is_some(),
            start_cursor: self.edges.first().map(cursor_of),
            end_cursor: self.next.clone().or_else(|| self.edges.last().map(cursor_of)),
        }
    }
}

#[ComplexObject]
impl MasterDataVersion {
    /// The recorded document: `@context`, `vocabulary` and `element`, exactly as captured. Null for a record that
    /// cannot be read, because its key was deleted or its body is not that of its element.
    async fn document(&self) -> Option<Json<Box<RawValue>>> {
        self.document.clone().map(Json)
    }

    /// All versions of the element, newest first. Each has other content than the one before it.
    async fn history(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
    ) -> Result<MasterDataConnection> {
        let reader = event_reader(context).await?;
        let (gateway, tenant) = (reader.gateway, reader.tenant);
        let limit = keyset::size(first, FIRST_DEFAULT, FIRST_MAX)?;
        let (element, after) = (self.element(), keyset::sent(after.as_deref()));
        let page = master_data::versions_after(&gateway.cursors, tenant, &element, after, limit)?;
        let list = master_data::list_history(gateway, tenant, &element, &page).await?;
        connect(&page, list, MasterDataVersion::place)
    }

    /// The evidence bundle of this version, which discloses the fields at and below these JSON pointers; all fields
    /// when absent. It proves that the ledger has no other versions of the element.
    async fn evidence(&self, context: &Context<'_>, fields: Option<Vec<String>>) -> Result<Json<chain_proof::Bundle>> {
        let reader = event_reader(context).await?;
        let (gateway, tenant) = (reader.gateway, reader.tenant);
        let choice = fields.map_or(Ok(FieldChoice::All), FieldChoice::below)?;
        let place = Place { shard: ShardId(self.shard), height: Height(self.height), record: self.record_index };
        let version = ProvedVersion::At(place);
        Ok(Json(master_data::of_version(gateway, tenant, &self.element(), version, choice).await?))
    }
}

/// Lists one page of the elements that were asked for.
pub(super) async fn list(
    context: &Context<'_>,
    search: ElementSearch,
    first: Option<u32>,
    after: Option<String>,
) -> Result<MasterDataConnection> {
    let reader = event_reader(context).await?;
    let (gateway, tenant) = (reader.gateway, reader.tenant);
    let limit = keyset::size(first, FIRST_DEFAULT, FIRST_MAX)?;
    let page = master_data::elements_after(&gateway.cursors, tenant, keyset::sent(after.as_deref()), limit)?;
    let list = master_data::list_elements(gateway, tenant, search, &page).await?;
    connect(&page, list, |version| (version.vocabulary.clone(), version.id.clone()))
}

/// Finds the newest version of an element, or the one that was the newest at a record time; none when there is none.
pub(super) async fn find(
    context: &Context<'_>,
    id: &str,
    vocabulary: Option<&str>,
    as_of: Option<&str>,
) -> Result<Option<MasterDataVersion>> {
    let reader = event_reader(context).await?;
    let (gateway, tenant) = (reader.gateway, reader.tenant);
    let as_of = as_of.map(|text| master_data::parse_time(text, "/asOf")).transpose()?;
    let found = async {
        let element = master_data::find_name(gateway, tenant, vocabulary, id).await?;
        let row = master_data::find_version(gateway, tenant, &element, as_of).await?;
        MasterDataVersion::of(element, row)
    };
    Ok(absent_as_null(found.await, &code::UNKNOWN_MASTER_DATA)?)
}

fn connect<P: Clone + Serialize + DeserializeOwned>(
    page: &PageOf<'_, P>,
    list: List<MasterDataVersion>,
    position: impl Fn(&MasterDataVersion) -> P,
) -> Result<MasterDataConnection> {
    let edges = list.items.into_iter().map(|node| {
        let cursor = page.cursor_after(&position(&node))?;
        Ok(MasterDataEdge { node, cursor })
    });
    let edges = edges.collect::<Result<_>>()?;
    Ok(MasterDataConnection { edges, next: list.next_cursor, is_first_page: page.after().is_none() })
}
