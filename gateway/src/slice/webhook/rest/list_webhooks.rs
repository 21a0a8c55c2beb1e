//! `GET /v1/webhooks`: the endpoints of the caller's tenant. Invariant: the handler only reads. The response contains
//! no secret.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code, problems},
    page::PageQuery,
    params::Params,
    state::Gateway,
    webhook::{
        model::{Webhook, WebhookPage},
        store::endpoint,
    },
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use std::sync::Arc;
use uuid::Uuid;

/// The name of the list in its cursors.
const LIST: &str = "webhooks";

problems!(code::INVALID_PARAMETER, code::INVALID_CURSOR);

/// Lists the endpoints of the tenant, oldest first and without secrets.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "webhook", operation_id = "listWebhooks", params(PageQuery),
    responses((status = 200, description = "One page", body = WebhookPage), Problems),
)]
pub(super) async fn list_webhooks(
    caller: Scoped<scope::WebhookRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<PageQuery>,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let page = query.of::<Uuid>(&gateway.cursors, tenant, LIST)?;
    let (after, rows) = (page.after(), page.rows());
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(endpoint::list(conn, tenant, after, rows).await?) })
    })
    .await?;
    Ok(page.cut(found, |endpoint| endpoint.id.0)?.map(Webhook::from).answer(&uri))
}
