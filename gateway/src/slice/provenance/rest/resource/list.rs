//! `GET /epcis/{resource}`: one page of a list. Invariant: the handler only reads the index.

use super::super::paging::Paging;
use crate::{
    auth::Principal,
    budget::Charge,
    error::{ApiError, code as common, problems},
    freshness,
    page::PageOf,
    provenance::{
        code,
        collection::Collection,
        extension::Extensions,
        resource::{self, Resource},
    },
    state::Gateway,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Uri, header};
use indexer::provenance::VALUE_BYTES_MAX;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::NOT_ACCEPTABLE,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Answers one page.
pub(super) async fn answer(
    resource: Resource,
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    paging: &Paging,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let (tenant, limit, extensions) = (caller.tenant, paging.limit()?, Extensions::of(headers)?);
    let heights = freshness::await_fresh(gateway, tenant, headers).await?;
    let page = PageOf::<String>::open(&gateway.cursors, tenant, resource.name(), paging.token(), limit)?;
    Charge::reserve(page.rows() as usize * VALUE_BYTES_MAX).await?.keep_for_answer();
    let found = resource::list(gateway, tenant, resource, page.after(), page.rows()).await?;
    let list = page.cut(found, String::clone)?;
    let link = list.link(uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    Ok((heights, link, Json(Collection::of(list.items, &extensions))).into_response())
}
