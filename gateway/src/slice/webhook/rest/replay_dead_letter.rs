//! `POST /v1/webhooks/{id}/dead-letters/{sequence}/replay`: sends a dead letter again. Invariant: it is sent after what
//! waits already for the same subject, with the id that it had, and all attempts are open to it again.

use super::{dead_letter, webhook_id};
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    idempotency::{self, Idempotency, StoredResponse},
    params::PathParams,
    state::Gateway,
    webhook::{
        code,
        store::{endpoint, pending, replay},
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use std::sync::Arc;

problems!(code::UNKNOWN, code::UNKNOWN_DEAD_LETTER, common::IDEMPOTENCY_MISMATCH);

/// Sends a dead letter again, as if the event were new.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/dead-letters/{sequence}/replay", tag = "webhook",
    operation_id = "replayDeadLetter",
    params(
        ("id" = String, Path, description = "The id of the endpoint, `hook_…`"),
        ("sequence" = String, Path, description = "The number of the event"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    responses((status = 202, description = "The event waits to be sent"), Problems),
)]
pub(super) async fn replay_dead_letter(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams((id, sequence)): PathParams<(String, String)>,
    idempotency: Idempotency,
) -> Result<Response, ApiError> {
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let attempt = idempotency.attempt(&caller, &[]);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            endpoint::lock(conn, tenant, id).await?;
            let sequence = dead_letter(&sequence)?;
            let buried = pending::bury(conn, tenant, id, sequence).await?;
            let subjects = buried.ok_or_else(code::unknown_dead_letter)?;
            let replay_id = replay::next_number(conn, tenant, id).await?;
            pending::insert(conn, tenant, id, replay_id, sequence, &subjects).await?;
            Ok(StoredResponse::empty(StatusCode::ACCEPTED))
        })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    Ok(response)
}
