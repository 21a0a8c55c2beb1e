//! `GET /epcis/events`: one page of events that match the EPCIS simple event query. Invariant: the handler only reads
//! the index.

use super::{event_parameters::EventParameters, respond::query_document};
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
        EventParameters,
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
    answer_as(write::SIMPLE_EVENT_QUERY, caller, gateway, uri, headers, query).await
}

/// Answers a query under a name.
pub(super) async fn answer_as(
    name: &str,
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    headers: &HeaderMap,
    query: EventQuery,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(gateway, caller.tenant, headers).await?;
    let mut page = search::find_page(gateway, caller.tenant, query, search::PAGE_BYTES_MAX).await?;
    let next = page.next.take().and_then(|token| page::next_link(uri, "nextPageToken", &token));
    let mut response = query_document(write::document(gateway, name.to_owned(), page).await?, heights);
    response.headers_mut().extend(next.map(|link| (header::LINK, link)));
    Ok(response)
}
