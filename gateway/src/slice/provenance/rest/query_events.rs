//! `GET /epcis/events`: one page of events that match the EPCIS simple event query. Invariant: the handler only reads
//! the index.

use super::{event_parameters::EventParameters, form_headers::FormHeaders, respond::query_document};
use crate::{
    auth::{Principal, Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness, page,
    provenance::{answer as write, code, gs1_header::AnswerForm, problem::invalid_query, search},
    state::Gateway,
};
use axum::{
    Extension,
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
    code::NOT_EXPRESSIBLE_IN_XML,
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
        FormHeaders,
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses(
        (status = 200, description = "An EPCISQueryDocument", content(
            (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
            (String = "application/xml"), (String = "text/xml"),
        )),
        Problems,
    ),
)]
pub(super) async fn query_events(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Extension(form): Extension<AnswerForm>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let parameters: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
    let query = parse_parameters(parameters.iter().map(|(name, value)| (&**name, &**value)));
    answer(&caller, &gateway, &uri, (&headers, form), query.map_err(invalid_query)?).await
}

/// Answers a query that arrived by GET or by POST, in the form that its headers ask for.
pub(super) async fn answer(
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    asked: (&HeaderMap, AnswerForm),
    query: EventQuery,
) -> Result<Response, ApiError> {
    answer_as(write::SIMPLE_EVENT_QUERY, caller, gateway, uri, asked, query).await
}

/// Answers a query under a name.
pub(super) async fn answer_as(
    name: &str,
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    (headers, form): (&HeaderMap, AnswerForm),
    query: EventQuery,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(gateway, caller.tenant, headers).await?;
    let memory = write::memory(form, search::PAGE_BYTES_MAX as usize);
    let mut page = search::find_page(gateway, caller.tenant, query, search::PAGE_BYTES_MAX, memory).await?;
    let next = page.next.take().and_then(|token| page::next_link(uri, "nextPageToken", &token));
    let mut response = query_document(write::document(gateway, name.to_owned(), page, form).await?, form, heights);
    response.headers_mut().extend(next.map(|link| (header::LINK, link)));
    Ok(response)
}
