//! `GET /v1/provenance/master-data/{id}/evidence`: the evidence bundle of a version. Invariant: the handler changes
//! nothing. Fields that were not chosen stay hidden.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    evidence::{FieldChoice, code as proof},
    freshness,
    params::{Params, PathParams},
    provenance::{
        code,
        master_data::{self, ProvedVersion},
    },
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

/// The version, and the fields to disclose.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceQuery {
    /// The vocabulary of the element, a URI. Needed only when elements of several vocabularies have the id.
    vocabulary: Option<String>,
    /// A record time: the version that was the newest then. If absent, the newest version.
    #[param(format = DateTime)]
    as_of: Option<String>,
    /// JSON pointers into the record's document, comma-separated, such as `/element/attributes`. The fields at and
    /// below them are disclosed. All other fields stay hidden, and the proof still holds. If absent, everything is
    /// disclosed.
    fields: Option<String>,
}

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    proof::UNKNOWN_DISCLOSURE,
    code::UNKNOWN_MASTER_DATA,
    code::AMBIGUOUS_MASTER_DATA,
    code::QUERY_TOO_COMPLEX,
    proof::STREAM_TOO_LONG,
    proof::INDEX_MISMATCH,
    common::INDEX_BEHIND,
);

/// Returns the evidence of a version of master data: the record, its signature, its block's certificate, and the proof
/// that the ledger has no other versions of the element. `waymark verify` checks it offline.
#[utoipa::path(
    get, path = "/v1/provenance/master-data/{id}/evidence", tag = "provenance",
    operation_id = "getMasterDataEvidence",
    params(
        ("id" = String, Path, min_length = 1, description = "The id of the element in any spelling, percent-encoded"),
        EvidenceQuery,
    ),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        Problems,
    ),
)]
pub(super) async fn get_master_data_evidence(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    Params(query): Params<EvidenceQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let choice = query.fields.as_deref().map_or(Ok(FieldChoice::All), FieldChoice::parse)?;
    let as_of = query.as_of.as_deref().map(|text| master_data::parse_time(text, "/as_of")).transpose()?;
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let element = master_data::find_name(&gateway, caller.tenant, query.vocabulary.as_deref(), &id).await?;
    let version = as_of.map_or(ProvedVersion::Newest, ProvedVersion::AsOf);
    let bundle = master_data::of_version(&gateway, caller.tenant, &element, version, choice).await?;
    Ok((heights, Json(bundle)).into_response())
}
