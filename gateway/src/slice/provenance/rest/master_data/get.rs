//! `GET /v1/provenance/master-data/{id}`: the newest version of an element, now or at an earlier record time.
//! Invariant: the handler only reads the index.

use super::VersionQuery;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness,
    params::{Params, PathParams},
    provenance::{
        code,
        master_data::{self, MasterDataVersion},
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::HeaderMap;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::UNKNOWN_MASTER_DATA,
    code::AMBIGUOUS_MASTER_DATA,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Returns the newest version of the master data of an element, or the one that was the newest at a record time.
#[utoipa::path(
    get, path = "/v1/provenance/master-data/{id}", tag = "provenance", operation_id = "getMasterData",
    params(
        ("id" = String, Path, min_length = 1, description = "The id of the element in any spelling, percent-encoded"),
        VersionQuery,
    ),
    responses((status = 200, description = "The version", body = MasterDataVersion), Problems),
)]
pub(super) async fn get_master_data(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    Params(query): Params<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let as_of = query.as_of.as_deref().map(|text| master_data::parse_time(text, "/as_of")).transpose()?;
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let element = master_data::find_name(&gateway, caller.tenant, query.vocabulary.as_deref(), &id).await?;
    let row = master_data::find_version(&gateway, caller.tenant, &element, as_of).await?;
    Ok((heights, Json(MasterDataVersion::of(element, row)?)).into_response())
}
