//! `GET /v1/provenance/events/{eventID}/evidence`: the evidence bundle of one event. Invariant: the handler changes
//! nothing. Fields that were not chosen stay hidden.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    evidence::{FieldChoice, code as proof},
    freshness,
    params::{Params, PathParams},
    provenance::{code, evidence},
    state::Gateway,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The fields to disclose.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceQuery {
    /// JSON pointers into the record's document, comma-separated, such as `/event/bizStep,/event/eventTime`. The fields
    /// at and below them are disclosed, in each record with the event id. All other fields stay hidden, and the proof
    /// still holds. If absent, everything is disclosed.
    fields: Option<String>,
}

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    proof::UNKNOWN_DISCLOSURE,
    code::UNKNOWN_EVENT,
    proof::STREAM_TOO_LONG,
    proof::INDEX_MISMATCH,
    common::INDEX_BEHIND,
);

/// Returns the evidence of an event: the record, its signature, its block's certificate, and all records of the tenant
/// under this id, such as an error declaration, with the proof that there are no others. `waymark verify` checks it
/// offline. The number of records and the size of their documents are limited (`evidence.stream_too_long`).
#[utoipa::path(
    get, path = "/v1/provenance/events/{eventID}/evidence", tag = "provenance", operation_id = "getEventEvidence",
    params(("eventID" = String, Path, min_length = 1, description = "The event id, percent-encoded"), EvidenceQuery),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        Problems,
    ),
)]
pub(super) async fn get_event_evidence(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(event_id): PathParams<String>,
    Params(query): Params<EvidenceQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let choice = query.fields.as_deref().map_or(Ok(FieldChoice::All), FieldChoice::parse)?;
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let bundle = evidence::of_event(&gateway, caller.tenant, event_id, choice).await?;
    // A bundle may have megabytes, which take too long to write on the async runtime.
    let text = gateway.processors.compute(move || serde_json::to_vec(&bundle)).await?;
    let text = text.map_err(|error| ApiError::internal(&error))?;
    Ok((heights, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}
