//! `GET /v1/provenance/master-data`: the newest version of each element. Invariant: a page examines at
//! most `limit` elements, and shows those of them that have the attribute asked for.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    freshness,
    page::{List, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, PageQuery},
    params::Params,
    provenance::{
        code,
        master_data::{self, ElementName, MasterDataVersion},
    },
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse as _, Response},
};
use http::HeaderMap;
use indexer::provenance::ElementVersion;
use serde::Deserialize;
use standards_epcis::master_data::canonical_attribute;
use std::sync::Arc;
use utoipa::IntoParams;

/// The name of the list in its cursors.
const LIST: &str = "master-data";

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
    let ListQuery { vocabulary, id, attribute, limit, cursor } = query;
    let paging = PageQuery { limit, cursor };
    let page = paging.of::<(String, String)>(&gateway.cursors, tenant, LIST)?;
    let heights = freshness::await_fresh(&gateway, tenant, &headers).await?;
    let Some(filter) = master_data::filter(vocabulary.as_deref(), id.as_deref()) else {
        return Ok(
            (heights, page.cut_at(Vec::<MasterDataVersion>::new(), false, position)?.answer(&uri)).into_response()
        );
    };
    let rows = u32::from(paging.limit()?);
    let found = master_data::list(&gateway, tenant, filter, page.after(), rows).await?;
    let mut list = page.cut_at(found.rows, found.has_more, |row| {
        let ElementName { vocabulary, id } = name_of(row);
        (vocabulary, id)
    })?;
    if let Some(attribute) = attribute {
        let attribute = canonical_attribute(&attribute);
        let examine = move || {
            list.items.retain(|row| master_data::has_attribute(row, &attribute));
            list
        };
        list = gateway.processors.compute(examine).await?;
    }
    let List { items, next_cursor } = list;
    let items = items.into_iter().map(|row| MasterDataVersion::of(name_of(&row), row)).collect::<Result<_, _>>()?;
    Ok((heights, MasterDataPage { items, next_cursor }.answer(&uri)).into_response())
}

/// The name of a listed element, which the index always has.
fn name_of(row: &ElementVersion) -> ElementName {
    ElementName { vocabulary: row.vocabulary.clone().unwrap_or_default(), id: row.id.clone().unwrap_or_default() }
}

fn position(version: &MasterDataVersion) -> (String, String) {
    (version.vocabulary.clone(), version.id.clone())
}
