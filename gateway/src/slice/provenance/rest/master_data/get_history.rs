//! `GET /v1/provenance/master-data/{id}/history`: all versions of an element. Invariant: the handler only reads the
//! index.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness,
    page::{List, PageQuery},
    params::{Params, PathParams},
    provenance::{
        code,
        master_data::{self, MasterDataVersion},
    },
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse as _, Response},
};
use http::HeaderMap;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The versions to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// The vocabulary of the element, a URI. Needed only when elements of several vocabularies have the id.
    vocabulary: Option<String>,
    /// The number of versions in the page, from 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// The cursor of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    cursor: Option<String>,
}

type MasterDataPage = List<MasterDataVersion>;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::UNKNOWN_MASTER_DATA,
    code::AMBIGUOUS_MASTER_DATA,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Lists the versions of the master data of an element, newest first. Each has other content than the one before it.
#[utoipa::path(
    get, path = "/v1/provenance/master-data/{id}/history", tag = "provenance",
    operation_id = "getMasterDataHistory",
    params(
        ("id" = String, Path, min_length = 1, description = "The id of the element in any spelling, percent-encoded"),
        HistoryQuery,
    ),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = MasterDataPage),
        Problems,
    ),
)]
pub(super) async fn get_master_data_history(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(id): PathParams<String>,
    Params(query): Params<HistoryQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let HistoryQuery { vocabulary, limit, cursor } = query;
    let paging = PageQuery { limit, cursor };
    let limit = paging.limit()?.into();
    let heights = freshness::await_fresh(&gateway, tenant, &headers).await?;
    let element = master_data::find_name(&gateway, tenant, vocabulary.as_deref(), &id).await?;
    let page = master_data::versions_after(&gateway.cursors, tenant, &element, paging.sent(), limit)?;
    let list: MasterDataPage = master_data::list_history(&gateway, tenant, &element, &page).await?;
    Ok((heights, list.answer(&uri)).into_response())
}
