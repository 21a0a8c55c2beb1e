//! A page of events as a Relay connection (GraphQL Cursor Connections Specification). Invariant: the connection only
//! reads the index. Page and cursors come from the search that REST uses.

use crate::{
    provenance::{model::Event, search},
    state::Gateway,
    tenant_id::TenantId,
};
use async_graphql::{Result, SimpleObject, connection::PageInfo};
use standards_epcis::query::EventQuery;
use std::sync::Arc;

/// The maximum size of the documents of one connection, in bytes. A request may ask for several.
const PAGE_BYTES_MAX: u32 = search::PAGE_BYTES_MAX / 4;

/// A page of events. A page of large events may have fewer than `first`, and so may one of a filter with `parameters`:
/// then `hasNextPage` is true, and `endCursor` continues behind the last event that was examined.
#[derive(SimpleObject)]
pub(super) struct EventConnection {
    /// The events with their cursors.
    edges: Vec<EventEdge>,
    /// The events without cursors.
    nodes: Vec<Event>,
    /// Information about the neighbouring pages.
    page_info: PageInfo,
}

/// An event with its cursor.
#[derive(SimpleObject)]
pub(super) struct EventEdge {
    /// The event.
    node: Event,
    /// The value of `after` for the page that begins behind this event.
    cursor: String,
}

/// Finds the page of a query, and issues the cursor of each of its events.
pub(super) async fn find_page(gateway: &Arc<Gateway>, tenant: TenantId, query: EventQuery) -> Result<EventConnection> {
    let is_first_page = query.next_page_token.is_none();
    let page = search::find_page(gateway, tenant, query.clone(), PAGE_BYTES_MAX, PAGE_BYTES_MAX as usize).await?;
    let mut edges = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        let cursor = search::token_after(gateway, tenant, &query, &row)?;
        edges.push(EventEdge { node: row.into(), cursor });
    }
    let page_info = PageInfo {
        has_previous_page: !is_first_page,
        has_next_page: page.next.is_some(),
        start_cursor: edges.first().map(|edge| edge.cursor.clone()),
        end_cursor: page.next.or_else(|| edges.last().map(|edge| edge.cursor.clone())),
    };
    // Nodes share the documents of the edges.
    let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
    Ok(EventConnection { edges, nodes, page_info })
}
