//! `GET /epcis/queries/{name}/subscriptions`: the subscriptions to a named query. Invariant: the handler only reads
//! subscriptions of the caller's tenant.

use super::paging::Paging;
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    page::PageOf,
    params::{Params, PathParams},
    provenance::{
        code, named_query,
        subscription::{SUBSCRIPTIONS_MAX, model::Subscription, store},
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
use uuid::Uuid;

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::UNKNOWN_QUERY, code::NOT_ACCEPTABLE);

/// Lists the subscriptions to a named query, the oldest first, with those that are paused.
#[utoipa::path(
    get, path = "/epcis/queries/{name}/subscriptions", tag = "epcis", operation_id = "listSubscriptions",
    params(("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"), Paging),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = Vec<Subscription>),
        Problems,
    ),
)]
pub(super) async fn list_subscriptions(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(name): PathParams<String>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let limit = paging.limit()?.min(SUBSCRIPTIONS_MAX);
    let named = named_query::find(&gateway, tenant, name).await?;
    let list = format!("subscriptions:{}", named.name);
    let page = PageOf::<Uuid>::open(&gateway.cursors, tenant, list, paging.token(), limit)?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::list(conn, tenant, &named.name, after, rows).await?) })
    })
    .await?;
    let list = page.cut(found, |stored| stored.id)?.map(Subscription::of);
    let link = list.link(&uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    Ok((link, Json(list.items)).into_response())
}
