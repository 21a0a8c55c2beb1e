//! `GET /v1/webhooks/{id}/attempts`: the newest calls to an endpoint. Invariant: the handler only reads.

use super::webhook_id;
use crate::{
    auth::{Scoped, scope},
    budget::Charge,
    db,
    error::{ApiError, code as common, problems},
    page::{PageOf, PageQuery},
    params::{Params, PathParams},
    state::Gateway,
    webhook::{
        bounds::ANSWER_BYTES_KEPT,
        code,
        model::{AttemptOutcome, WebhookAttempt, WebhookAttemptPage},
        store::{
            attempt::{self, AttemptFilter},
            endpoint,
        },
    },
};
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// The size of an attempt in an answer, in bytes. A control character of the excerpt is six in JSON.
const ATTEMPT_BYTES_MAX: usize = 512 + 6 * ANSWER_BYTES_KEPT;

/// The attempts to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AttemptsQuery {
    /// The number of items in the page, from 1 to 500; 50 if absent.
    limit: Option<u16>,
    /// The cursor of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    cursor: Option<String>,
    /// The attempts to send the event with this number.
    sequence: Option<u64>,
    /// The attempts that came to this.
    outcome: Option<AttemptOutcome>,
}

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::UNKNOWN);

/// Lists calls to an endpoint, newest first. The newest 1,000 are kept.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/attempts", tag = "webhook", operation_id = "listWebhookAttempts",
    params(("id" = String, Path, description = "The id of the endpoint, `hook_…`"), AttemptsQuery),
    responses((status = 200, description = "One page", body = WebhookAttemptPage), Problems),
)]
pub(super) async fn list_webhook_attempts(
    caller: Scoped<scope::WebhookRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(id): PathParams<String>,
    Params(query): Params<AttemptsQuery>,
) -> Result<Response, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let AttemptsQuery { limit, cursor, sequence, outcome } = query;
    let query = PageQuery { limit, cursor };
    let list = format!("webhook_attempts:{id}:{sequence:?}:{outcome:?}");
    let page = PageOf::<Uuid>::open(&gateway.cursors, tenant, list, query.sent(), query.limit()?.into())?;
    let (before, rows, filter) = (page.after(), page.rows(), AttemptFilter { sequence, outcome });
    Charge::reserve(rows as usize * ATTEMPT_BYTES_MAX).await?.keep_for_answer();
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            endpoint::find(conn, tenant, id).await?.ok_or_else(code::unknown)?;
            Ok(attempt::list(conn, tenant, id, filter, before, rows).await?)
        })
    })
    .await?;
    let list = page.cut(found, |attempt| attempt.id.0)?;
    gateway.processors.compute(move || list.map(WebhookAttempt::from).answer(&uri)).await
}
