//! `GET /v1/provenance/events/{eventID}/evidence`.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    evidence::FieldChoice,
    ledger::freshness,
    params::Params,
    provenance::evidence,
    state::Gateway,
};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// What to disclose.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceQuery {
    /// JSON pointers into the record's document, comma-separated, such as `/event/bizStep,/event/eventTime`. Fields at
    /// and below them are disclosed, all others stay closed and still prove. Everything, when absent.
    fields: Option<String>,
}

/// The evidence of an event: the record, its signature, its block's certificate, and that the records shown are all
/// that the ledger has under this id. `waymark verify` checks it offline.
#[utoipa::path(
    get, path = "/v1/provenance/events/{eventID}/evidence", tag = "provenance", operation_id = "getEventEvidence",
    params(("eventID" = String, Path, description = "Percent-encoded"), EvidenceQuery),
    security(("bearer" = ["provenance:read"])),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        (status = 404, description = "`provenance.unknown_event`", body = Problem,
            content_type = "application/problem+json"),
        (status = 500, description = "`ledger.index_mismatch`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get_event_evidence(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    Path(event_id): Path<String>,
    Params(query): Params<EvidenceQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let choice = query.fields.as_deref().map_or(Ok(FieldChoice::All), FieldChoice::parse)?;
    let heights = freshness::await_fresh(&gateway.operations, caller.tenant, &headers).await?;
    let bundle = evidence::of_event(&gateway, caller.tenant, event_id, choice).await?;
    Ok(([(freshness::HEIGHT, heights.header())], Json(bundle)).into_response())
}
