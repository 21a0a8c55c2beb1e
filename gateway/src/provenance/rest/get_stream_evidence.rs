//! `GET /v1/provenance/evidence`.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    ledger::freshness,
    params::Params,
    provenance::evidence,
    state::Gateway,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// What the stream is about.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    /// An EPC, EPC class or lot in any spelling: a URN or a GS1 Digital Link.
    epc: String,
}

/// The evidence of an identifier: every record of the tenant about it, opened, with the proof that these are all; or the
/// proof that there are none.
#[utoipa::path(
    get, path = "/v1/provenance/evidence", tag = "provenance", operation_id = "getIdentifierEvidence",
    params(StreamQuery),
    security(("bearer" = ["provenance:read"])),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        (status = 422, description = "`provenance.stream_too_long`", body = Problem,
            content_type = "application/problem+json"),
        (status = 500, description = "`ledger.index_mismatch`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get_stream_evidence(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    Params(query): Params<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let heights = freshness::await_fresh(&gateway.operations, caller.tenant, &headers).await?;
    let bundle = evidence::of_identifier(&gateway, caller.tenant, &query.epc).await?;
    Ok(([(freshness::HEIGHT, heights.header())], Json(bundle)).into_response())
}
