//! `GET /epcis/queries`: the named queries of the tenant. Invariant: the handler only reads queries of the caller's
//! tenant.

use super::paging::Paging;
use crate::{
    auth::{Scoped, scope},
    budget::Charge,
    db,
    error::{ApiError, code as common, problems},
    page::PageOf,
    params::Params,
    provenance::{
        code,
        named_query::{NAMED_QUERIES_MAX, NAMED_QUERY_BYTES_MAX, NamedQuery, store},
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

/// The name of the list in its tokens.
const LIST: &str = "named_queries";

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
    let limit = paging.limit()?.min(NAMED_QUERIES_MAX);
    let page = PageOf::<String>::open(&gateway.cursors, tenant, LIST, paging.token(), limit)?;
    let (after, rows) = (page.after(), page.rows());
    Charge::reserve(rows as usize * NAMED_QUERY_BYTES_MAX).await?.keep_for_answer();
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    let list = page.cut(found, |named| named.name.clone())?;
    let link = list.link(&uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    Ok((link, Json(list.items)).into_response())
}
