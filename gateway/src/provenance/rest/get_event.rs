//! `GET /epcis/events/{eventID}`.

use super::respond::{answer, query_document};
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    ledger::freshness,
    provenance::{code, search},
    state::Gateway,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::HeaderMap;
use std::sync::Arc;

/// The event of an id and its error declarations, as an `EPCISQueryDocument`.
#[utoipa::path(
    get, path = "/epcis/events/{eventID}", tag = "epcis", operation_id = "getEvent",
    params(
        ("eventID" = String, Path, description = "Percent-encoded"),
        ("Waymark-Min-Height" = Option<String>, Header, description = "`shard=height,…` that must be indexed"),
    ),
    security(("bearer" = ["provenance:read"])),
    responses(
        (status = 200, description = "An EPCISQueryDocument", body = serde_json::Value),
        (status = 404, description = "`provenance.unknown_event`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get_event(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    Path(event_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(run(caller, gateway, event_id, headers).await)
}

async fn run(
    caller: Scoped<scope::ProvenanceRead>,
    gateway: Arc<Gateway>,
    event_id: String,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(&gateway.operations, caller.tenant, &headers).await?;
    let page = search::find_event(&gateway, caller.tenant, event_id).await?;
    if page.is_empty() {
        return Err(ApiError::new(&code::UNKNOWN_EVENT, "There is no event with this id."));
    }
    Ok(query_document(page.document()?, &heights))
}
