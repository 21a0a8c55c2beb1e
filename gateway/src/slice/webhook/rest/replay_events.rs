//! `POST /v1/webhooks/{id}/replay`: sends a range of events again. Invariant: an endpoint has one range at a time. The
//! events have the ids that they had, and take part in the order of what else is sent.

use super::webhook_id;
use crate::{
    auth::{Scope, Scoped, code as auth, scope},
    body::JsonBody,
    error::{ApiError, code as common, problems},
    event::{code as event, page},
    idempotency::{self, Idempotency, StoredResponse},
    params::PathParams,
    state::Gateway,
    webhook::{
        bounds::REPLAY_EVENTS_MAX,
        code,
        field::Faults,
        model::Replay,
        store::{endpoint, replay},
    },
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A range of events.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayEvents {
    /// The number of the first event, from 1.
    #[schema(minimum = 1)]
    from: u64,
    /// The number of the last event, at most 99,999 more.
    #[schema(minimum = 1)]
    to: u64,
}

problems!(
    common::INVALID_FIELD,
    auth::INSUFFICIENT_SCOPE,
    code::UNKNOWN,
    code::REPLAYING,
    event::NOT_NUMBERED,
    common::IDEMPOTENCY_MISMATCH
);

/// Sends the events of a range again that meet the conditions of the endpoint, at most 100,000 numbers; one event with
/// `from` and `to` alike. The caller needs the scope `event:read`, too.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/replay", tag = "webhook", operation_id = "replayEvents",
    params(
        ("id" = String, Path, description = "The id of the endpoint, `hook_…`"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
    ),
    request_body = ReplayEvents,
    responses((status = 202, description = "The events wait to be sent", body = Replay), Problems),
)]
pub(super) async fn replay_events(
    caller: Scoped<scope::WebhookWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    idempotency: Idempotency,
    body: JsonBody<ReplayEvents>,
) -> Result<Response, ApiError> {
    caller.require(Scope::EventRead)?;
    let (tenant, id) = (caller.tenant, webhook_id(&id)?);
    let ReplayEvents { from, to } = body.value;
    let newest = page::newest(&gateway, tenant).await?;
    let mut faults = Faults::default();
    if from == 0 {
        faults.add("/from", "numbers begin with 1");
    }
    if to < from {
        faults.add("/to", "is before `from`");
    } else if to > newest {
        faults.add("/to", format!("the newest event has the number {newest}"));
    } else if to - from >= REPLAY_EVENTS_MAX {
        faults.add("/to", format!("a range has at most {REPLAY_EVENTS_MAX} numbers"));
    }
    faults.into_result()?;
    let attempt = idempotency.attempt(&caller, &body.raw);
    let response = idempotency::run(&gateway, attempt, move |conn| {
        Box::pin(async move {
            endpoint::lock(conn, tenant, id).await?;
            let begun = replay::insert(conn, tenant, id, (from, to)).await?;
            let replay = begun.ok_or_else(|| {
                ApiError::new(&code::REPLAYING, "Ask again once the range that is being sent has been read.")
            })?;
            StoredResponse::json(StatusCode::ACCEPTED, &Replay::from(replay))
        })
    })
    .await?;
    gateway.webhook_changes.send_replace(());
    Ok(response)
}
