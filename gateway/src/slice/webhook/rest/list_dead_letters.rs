//! `GET /v1/webhooks/{id}/dead-letters`: the events whose last attempt failed. Invariant: the handler only reads.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    page::{PageOf, PageQuery},
    params::{Params, PathParams},
    state::Gateway,
    webhook::{
        code,
        model::{DeadLetter, DeadLetterPage},
        store::{endpoint, pending},
    },
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::UNKNOWN);

/// Lists the dead letters of an endpoint, in the order of the events.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/dead-letters", tag = "webhook", operation_id = "listDeadLetters",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`"), PageQuery),
    responses((status = 200, description = "One page", body = DeadLetterPage), Problems),
)]
pub(super) async fn list_dead_letters(
    caller: Scoped<scope::WebhookRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(id): PathParams<String>,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let list = format!("dead_letters:{id}");
    let page = PageOf::<i64>::open(&gateway.cursors, tenant, list, query.sent(), query.limit()?.into())?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            endpoint::find(conn, tenant, id).await?.ok_or_else(code::unknown)?;
            Ok(pending::dead(conn, tenant, id, after, rows).await?)
        })
    })
    .await?;
    let page = page.cut(found, |row| i64::try_from(row.sequence).unwrap_or(i64::MAX))?;
    Ok(page.map(DeadLetter::from).answer(&uri))
}
