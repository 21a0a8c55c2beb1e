//! `GET /epcis/queries`: the named queries of the tenant. Invariant: the handler only reads queries of the caller's
//! tenant.

use super::paging::Paging;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::Params,
    provenance::{
        code,
        named_query::{self, NamedQuery},
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::header;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::NOT_ACCEPTABLE);

/// Lists the named queries of the tenant, by name.
#[utoipa::path(
    get, path = "/epcis/queries", tag = "epcis", operation_id = "listQueries",
    params(Paging),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = Vec<NamedQuery>),
        Problems,
    ),
)]
pub(super) async fn list_queries(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let page = named_query::page(&gateway, tenant, paging.token(), paging.limit()?)?;
    let found = named_query::list(&gateway, tenant, &page).await?;
    let list = page.cut(found, |named| named.name.clone())?;
    let link = list.link(&uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    Ok((link, Json(list.items)).into_response())
}
