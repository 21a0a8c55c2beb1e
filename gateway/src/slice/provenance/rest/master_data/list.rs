//! `GET /v1/provenance/master-data`: the newest version of each element. Invariant: the handler only reads the index.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness,
    page::{List, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, PageQuery},
    params::Params,
    provenance::{
        code,
        master_data::{self, ElementSearch, MasterDataVersion},
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

/// The elements to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Elements of this vocabulary, a URI.
    vocabulary: Option<String>,
    /// Elements with this id, in any spelling.
    id: Option<String>,
    /// Elements with this attribute, a URI such as `urn:epcglobal:cbv:mda#city`. The elements of a page are examined:
    /// it has fewer, or none, when others do not have the attribute.
    attribute: Option<String>,
    /// Elements with this child, an id in any spelling. The elements of a page are examined likewise.
    child: Option<String>,
    /// The number of elements to examine, from 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// The cursor of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    cursor: Option<String>,
}

const _: () = assert!(PAGE_LIMIT_MAX == 500 && PAGE_LIMIT_DEFAULT == 50);

type MasterDataPage = List<MasterDataVersion>;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Lists the newest version of each element of the tenant's vocabularies, in the order of vocabulary and id.
#[utoipa::path(
    get, path = "/v1/provenance/master-data", tag = "provenance", operation_id = "listMasterData",
    params(ListQuery),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = MasterDataPage),
        Problems,
    ),
)]
pub(super) async fn list_master_data(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let ListQuery { vocabulary, id, attribute, child, limit, cursor } = query;
    let paging = PageQuery { limit, cursor };
    let page = master_data::elements_after(&gateway.cursors, tenant, paging.sent(), paging.limit()?.into())?;
    let heights = freshness::await_fresh(&gateway, tenant, &headers).await?;
    let search = ElementSearch { vocabulary, id, attribute, child };
    let list: MasterDataPage = master_data::list_elements(&gateway, tenant, search, &page).await?;
    Ok((heights, list.answer(&uri)).into_response())
}
