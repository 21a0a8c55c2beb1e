//! `GET /epcis/events`: one page of events that match the EPCIS simple event query. Invariant: the handler only reads
//! the index.

use super::respond::query_document;
use crate::{
    auth::{Principal, Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness, page,
    provenance::{code, problem::invalid_query, search},
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use http::{HeaderMap, Uri, header};
use standards_epcis::query::{EventQuery, parse_parameters};
use std::sync::Arc;

problems!(
    code::INVALID_QUERY,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::NOT_ACCEPTABLE,
    code::QUERY_TOO_LARGE,
    common::INDEX_BEHIND,
);

/// Queries events by the parameters of the EPCIS simple event query. All conditions must hold; alternatives are
/// separated by `|`. The header `Link: …; rel="next"` names the next page.
#[utoipa::path(
    get, path = "/epcis/events", tag = "epcis", operation_id = "queryEvents",
    params(
        ("eventType" = Option<String>, Query, description = "Event types: `ObjectEvent|AggregationEvent|…`"),
        ("GE_eventTime" = Option<String>, Query, description = "Events that happened at or after this time"),
        ("LT_eventTime" = Option<String>, Query, description = "Events that happened before this time"),
        ("GE_recordTime" = Option<String>, Query, description = "Events recorded at or after this time"),
        ("LT_recordTime" = Option<String>, Query, description = "Events recorded before this time"),
        ("EQ_action" = Option<String>, Query, description = "Actions: `ADD|OBSERVE|DELETE`"),
        ("EQ_bizStep" = Option<String>, Query, description = "Business steps, as bare CBV words or URIs"),
        ("EQ_disposition" = Option<String>, Query, description = "Dispositions, as bare CBV words or URIs"),
        ("EQ_readPoint" = Option<String>, Query, description = "Read points, in any spelling"),
        ("EQ_bizLocation" = Option<String>, Query, description = "Business locations, in any spelling"),
        ("EQ_eventID" = Option<String>, Query, description = "Event ids"),
        ("MATCH_epc" = Option<String>, Query, description = "EPCs or EPC patterns that occur in epcList or childEPCs"),
        ("MATCH_epcClass" = Option<String>, Query,
            description = "EPC classes that occur in quantityList or childQuantityList"),
        ("MATCH_anyEPC" = Option<String>, Query, description = "EPCs that occur in any role"),
        ("MATCH_anyEPCClass" = Option<String>, Query,
            description = "EPC classes, including lots, that occur in any role"),
        ("orderBy" = Option<String>, Query, description = "The sort key: `eventTime` (default) or `recordTime`"),
        ("orderDirection" = Option<String>, Query, description = "The sort direction: `DESC` (default) or `ASC`"),
        ("eventCountLimit" = Option<u32>, Query, description = "Return only this many events in all"),
        ("maxEventCount" = Option<u32>, Query, description = "Fail if more events match"),
        ("perPage" = Option<u32>, Query, description = "Events per page, from 1 to 1,000; 30 if absent"),
        ("nextPageToken" = Option<String>, Query,
            description = "The token of the next page, exactly as the previous page returned it"),
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses((status = 200, description = "An EPCISQueryDocument", body = serde_json::Value), Problems),
)]
pub(super) async fn query_events(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let parameters: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
    let query = parse_parameters(parameters.iter().map(|(name, value)| (&**name, &**value)));
    answer(&caller, &gateway, &uri, &headers, query.map_err(invalid_query)?).await
}

/// Answers a query that arrived by GET or by POST.
pub(super) async fn answer(
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    headers: &HeaderMap,
    query: EventQuery,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(gateway, caller.tenant, headers).await?;
    let page = search::find_page(gateway, caller.tenant, query).await?;
    let mut response = query_document(page.document()?, heights);
    if let Some(link) = page.next.and_then(|token| page::next_link(uri, "nextPageToken", &token)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
