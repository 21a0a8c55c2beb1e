//! `GET /epcis/events/{eventID}`: one event with its error declarations. Invariant: the handler only reads the index.

use super::{form_headers::FormHeaders, respond::query_document};
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness, page,
    params::{NoParams, Params, PathParams},
    provenance::{answer, code, gs1_header::AnswerForm, problem::unknown_event, search},
    state::Gateway,
};
use axum::{Extension, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, header};
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::UNKNOWN_EVENT,
    code::NOT_ACCEPTABLE,
    code::NOT_EXPRESSIBLE_IN_XML,
    code::QUERY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND
);

/// Returns the event with this id and its error declarations, as an `EPCISQueryDocument`. If they are larger than one
/// page, the header `Link: …; rel="next"` names the query that continues.
#[utoipa::path(
    get, path = "/epcis/events/{eventID}", tag = "epcis", operation_id = "getEvent",
    params(
        ("eventID" = String, Path, min_length = 1, description = "The event id, percent-encoded"),
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
pub(super) async fn get_event(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(event_id): PathParams<String>,
    _: Params<NoParams>,
    Extension(form): Extension<AnswerForm>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let mut page = search::find_event(&gateway, caller.tenant, event_id.clone()).await?;
    if page.is_empty() {
        return Err(unknown_event());
    }
    let next = page.next.take().and_then(|token| next_link(&event_id, &token));
    answer::charge(form, &page).await?;
    let text = answer::document(&gateway, answer::SIMPLE_EVENT_QUERY.to_owned(), page, form).await?;
    let mut response = query_document(text, form, heights);
    response.headers_mut().extend(next.map(|link| (header::LINK, link)));
    Ok(response)
}

/// The link to the query of [`search::records_of`], from a token on.
fn next_link(event_id: &str, token: &str) -> Option<HeaderValue> {
    let parameters = [("EQ_eventID", event_id), ("orderBy", "recordTime"), ("orderDirection", "ASC")];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let uri = format!("/epcis/events?{query}").parse().ok()?;
    page::next_link(&uri, "nextPageToken", token)
}
