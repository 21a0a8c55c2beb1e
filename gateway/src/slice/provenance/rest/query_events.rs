//! `GET /epcis/events`: one page of events that match the EPCIS simple event query. Invariant: the handler only reads
//! the index.

use super::{event_parameters::EventParameters, form_headers::FormHeaders, respond::query_document};
use crate::{
    auth::{Principal, Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness, page,
    provenance::{
        answer as write, code, extension::Extensions, gs1_header::AnswerForm, problem::invalid_query, search,
    },
    state::Gateway,
};
use axum::{
    Extension,
    extract::{OriginalUri, State},
    response::Response,
};
use http::{HeaderMap, HeaderName, Uri, header};
use standards_epcis::query::{EventQuery, parse_parameters_with};
use std::sync::Arc;

/// The response header with the number of events that were examined for a page, when that ended it before its size.
pub(super) const EXAMINED: HeaderName = HeaderName::from_static("waymark-examined");

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
/// `perPage`. A query costs 1 for each value, 20 for each EPC pattern and 10 for each value of a field without an
/// index, at most 2,000.
///
/// Beside the listed parameters there are those with a name in them: of users' fields (`EQ_ex:field`,
/// `GE_ILMD_https://example.org/#field`, `EXISTS_INNER_SENSORREPORT_ex:field`, and the like), of numbers with a unit
/// (`LT_value_CEL`, `GE_quantity_KGM`), of types (`EQ_bizTransaction_po`, `EQ_source_owning_party`), and of attributes
/// of the master data that a field names (`HASATTR_bizLocation`, `EQ_ATTR_bizLocation_cbvmda:city`). Their fields, and
/// those of sensors, quantities and times of declarations, have no index: candidates are examined one by one. When
/// 10,000 events, 10,000 ids of master data, 16 MiB or 3 seconds end a page before its size, the header
/// `Waymark-Examined` has the number of events that were examined, and `Link` continues behind the last of them.
#[utoipa::path(
    get, path = "/epcis/events", tag = "epcis", operation_id = "queryEvents",
    params(
        EventParameters,
        FormHeaders,
        ("GS1-Extensions" = Option<String>, Header,
            description = "Namespaces of the caller, `prefix=uri,…`, of prefixes in names and values"),
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
    let extensions = Extensions::of(&headers)?;
    let parameters = parameters.iter().map(|(name, value)| (&**name, &**value));
    let query = parse_parameters_with(&extensions.pairs(), None, parameters);
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
    let examined = page.ended_after.map(|count| (EXAMINED, count.into()));
    let mut response = query_document(write::document(gateway, name.to_owned(), page, form).await?, form, heights);
    response.headers_mut().extend(next.map(|link| (header::LINK, link)).into_iter().chain(examined));
    Ok(response)
}
