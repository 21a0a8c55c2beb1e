//! `GET /v1/provenance/evidence`: the evidence of all records about an identifier, or of their absence. Invariant: the
//! handler changes nothing.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    evidence::code,
    freshness,
    params::Params,
    provenance::evidence,
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

/// The subject of the stream.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    /// An EPC, EPC class or lot in any spelling: a URN or a GS1 Digital Link.
    #[param(min_length = 1)]
    epc: String,
}

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::STREAM_TOO_LONG,
    code::INDEX_MISMATCH,
    common::INDEX_BEHIND,
);

/// Returns the evidence of an identifier: all of the tenant's records about it, fully disclosed, with the proof that
/// there are no others; or the proof that there are none.
#[utoipa::path(
    get, path = "/v1/provenance/evidence", tag = "provenance", operation_id = "getIdentifierEvidence",
    params(StreamQuery),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        Problems,
    ),
)]
pub(super) async fn get_stream_evidence(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    Params(query): Params<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if query.epc.is_empty() {
        let error = ApiError::new(&common::INVALID_PARAMETER, "Name an identifier.");
        return Err(error.at("/epc", common::INVALID_PARAMETER.name, "is empty"));
    }
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let bundle = evidence::of_identifier(&gateway, caller.tenant, &query.epc).await?;
    // A bundle may have megabytes, which take too long to write on the async runtime.
    let text = gateway.processors.compute(move || serde_json::to_vec(&bundle)).await?;
    let text = text.map_err(|error| ApiError::internal(&error))?;
    Ok((heights, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}
