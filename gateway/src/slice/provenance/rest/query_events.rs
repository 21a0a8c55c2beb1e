//! `GET /epcis/events`: one page of events that match the EPCIS simple event query. Invariant: the handler only reads
//! the index.

use super::respond::query_document;
use crate::{
    auth::{Principal, Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness, page,
    provenance::{answer as write, code, problem::invalid_query, search},
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
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Queries events by the parameters of the EPCIS simple event query. All conditions must hold; alternatives are
/// separated by `|`. The header `Link: …; rel="next"` names the next page; a page of large events may have fewer than
/// `perPage`. A query costs 1 for each value and 20 for each EPC pattern, at most 2,000.
#[utoipa::path(
    get, path = "/epcis/events", tag = "epcis", operation_id = "queryEvents",
    params(
        ("eventType" = Option<String>, Query, min_length = 1, description = "Event types: `ObjectEvent|AggregationEvent|…`"),
        ("GE_eventTime" = Option<String>, Query, min_length = 1, description = "Events that happened at or after this time"),
        ("LT_eventTime" = Option<String>, Query, min_length = 1, description = "Events that happened before this time"),
        ("GE_recordTime" = Option<String>, Query, min_length = 1, description = "Events recorded at or after this time"),
        ("LT_recordTime" = Option<String>, Query, min_length = 1, description = "Events recorded before this time"),
        ("EQ_action" = Option<String>, Query, min_length = 1, description = "Actions: `ADD|OBSERVE|DELETE`"),
        ("EQ_bizStep" = Option<String>, Query, min_length = 1, description = "Business steps, as bare CBV words or URIs"),
        ("EQ_disposition" = Option<String>, Query, min_length = 1, description = "Dispositions, as bare CBV words or URIs"),
        ("EQ_readPoint" = Option<String>, Query, min_length = 1, description = "Read points, in any spelling"),
        ("EQ_bizLocation" = Option<String>, Query, min_length = 1, description = "Business locations, in any spelling"),
        ("EQ_eventID" = Option<String>, Query, min_length = 1, description = "Event ids"),
        ("MATCH_epc" = Option<String>, Query, min_length = 1, description = "EPCs or EPC patterns that occur in epcList or childEPCs"),
        ("MATCH_epcClass" = Option<String>, Query, min_length = 1,
            description = "EPC classes that occur in quantityList or childQuantityList"),
        ("MATCH_anyEPC" = Option<String>, Query, min_length = 1, description = "EPCs that occur in any role"),
        ("MATCH_anyEPCClass" = Option<String>, Query, min_length = 1,
            description = "EPC classes, including lots, that occur in any role"),
        ("orderBy" = Option<String>, Query, min_length = 1, description = "The sort key: `eventTime` (default) or `recordTime`"),
        ("orderDirection" = Option<String>, Query, min_length = 1, description = "The sort direction: `DESC` (default) or `ASC`"),
        ("eventCountLimit" = Option<u32>, Query, minimum = 1, description = "Return only this many events in all; needs `orderBy`"),
        ("maxEventCount" = Option<u32>, Query, minimum = 1, description = "Fail if more events match"),
        ("perPage" = Option<u32>, Query, minimum = 1, description = "Events per page; 30 if absent, at most 1,000, whatever is asked for"),
        ("nextPageToken" = Option<String>, Query, min_length = 1,
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
    let mut page = search::find_page(gateway, caller.tenant, query, search::PAGE_BYTES_MAX).await?;
    let next = page.next.take().and_then(|token| page::next_link(uri, "nextPageToken", &token));
    let mut response = query_document(write::document(gateway, page).await?, heights);
    response.headers_mut().extend(next.map(|link| (header::LINK, link)));
    Ok(response)
}
