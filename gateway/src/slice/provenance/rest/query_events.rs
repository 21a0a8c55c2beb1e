//! `GET /epcis/events`.

use super::respond::query_document;
use crate::{
    auth::{Principal, Scoped, scope},
    error::{ApiError, code as door, problems},
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
    door::INVALID_CURSOR,
    door::INVALID_HEADER,
    code::NOT_ACCEPTABLE,
    code::QUERY_TOO_LARGE,
    door::INDEX_BEHIND,
);

/// Queries events by the parameters of the EPCIS simple event query. All conditions must hold; alternatives stand
/// between `|`. Every page says with `Link: …; rel="next"` where the next one begins.
#[utoipa::path(
    get, path = "/epcis/events", tag = "epcis", operation_id = "queryEvents",
    params(
        ("eventType" = Option<String>, Query, description = "`ObjectEvent|AggregationEvent|…`"),
        ("GE_eventTime" = Option<String>, Query, description = "At or after"),
        ("LT_eventTime" = Option<String>, Query, description = "Before"),
        ("GE_recordTime" = Option<String>, Query, description = "Recorded at or after"),
        ("LT_recordTime" = Option<String>, Query, description = "Recorded before"),
        ("EQ_action" = Option<String>, Query, description = "`ADD|OBSERVE|DELETE`"),
        ("EQ_bizStep" = Option<String>, Query, description = "Bare words or URIs"),
        ("EQ_disposition" = Option<String>, Query, description = "Bare words or URIs"),
        ("EQ_readPoint" = Option<String>, Query, description = "Any spelling of a location"),
        ("EQ_bizLocation" = Option<String>, Query, description = "Any spelling of a location"),
        ("EQ_eventID" = Option<String>, Query, description = "Event ids"),
        ("MATCH_epc" = Option<String>, Query, description = "EPCs or EPC patterns in epcList or childEPCs"),
        ("MATCH_epcClass" = Option<String>, Query, description = "Classes in quantityList or childQuantityList"),
        ("MATCH_anyEPC" = Option<String>, Query, description = "EPCs anywhere"),
        ("MATCH_anyEPCClass" = Option<String>, Query, description = "Classes anywhere, lots among them"),
        ("orderBy" = Option<String>, Query, description = "`eventTime` (default) or `recordTime`"),
        ("orderDirection" = Option<String>, Query, description = "`DESC` (default) or `ASC`"),
        ("eventCountLimit" = Option<u32>, Query, description = "Only the first so many"),
        ("maxEventCount" = Option<u32>, Query, description = "Refuse when there are more"),
        ("perPage" = Option<u32>, Query, description = "1 to 1,000, 30 when absent"),
        ("nextPageToken" = Option<String>, Query, description = "As the previous page gave it"),
        ("Waymark-Min-Height" = Option<String>, Header, description = "`shard=height,…` that must be indexed"),
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

/// Answers a query, whichever way it came.
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
