//! `GET /epcis/events/{eventID}`: one event with its error declarations. Invariant: the handler only reads the index.

use super::respond::query_document;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness,
    params::PathParams,
    provenance::{code, search},
    state::Gateway,
};
use axum::{extract::State, response::Response};
use http::HeaderMap;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::UNKNOWN_EVENT,
    code::NOT_ACCEPTABLE,
    common::INDEX_BEHIND
);

/// Returns the event with this id and its error declarations, as an `EPCISQueryDocument`.
#[utoipa::path(
    get, path = "/epcis/events/{eventID}", tag = "epcis", operation_id = "getEvent",
    params(
        ("eventID" = String, Path, description = "The event id, percent-encoded"),
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses((status = 200, description = "An EPCISQueryDocument", body = serde_json::Value), Problems),
)]
pub(super) async fn get_event(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(event_id): PathParams<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let page = search::find_event(&gateway, caller.tenant, event_id).await?;
    if page.is_empty() {
        return Err(ApiError::new(&code::UNKNOWN_EVENT, "There is no event with this id."));
    }
    Ok(query_document(page.document()?, heights))
}
