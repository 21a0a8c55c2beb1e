//! `GET /v1/events/{number}/evidence`: the evidence of the record of any event. Invariant: the handler changes nothing,
//! and shows nothing of a sealed document.

use crate::{
    auth::{Scoped, scope},
    db,
    error::{ApiError, code as common, problems},
    event::{code, page},
    evidence::{self, Place, code as proof},
    freshness,
    params::PathParams,
    state::Gateway,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::UNKNOWN,
    code::NOT_NUMBERED,
    proof::INDEX_MISMATCH,
    common::INDEX_BEHIND,
);

/// Returns the evidence of the record of an event: its command, its signature, and its block's certificate. `waymark
/// verify` checks it offline. A sealed document stays sealed; the `evidence` of an event leads to the one that opens
/// it, where there is one.
#[utoipa::path(
    get, path = "/v1/events/{number}/evidence", tag = "event", operation_id = "getRecordEvidence",
    params(("number" = u64, Path, description = "The number of the event, from 1")),
    responses(
        (status = 200, description = "An evidence bundle (docs/evidence.md)", body = serde_json::Value),
        Problems,
    ),
)]
pub(super) async fn get_event_evidence(
    caller: Scoped<scope::EventRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(number): PathParams<u64>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let heights = freshness::await_fresh(&gateway, tenant, &headers).await?;
    // An index without numbers has no event with any.
    page::newest(&gateway, tenant).await?;
    let found = db::search(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(indexer::event::events_with(conn, tenant.on_ledger(), &[number]).await?) })
    });
    let event = found.await?.pop().ok_or_else(code::unknown)?;
    let place = Place { shard: event.shard, height: event.place.height, record: event.place.record_index };
    let bundle = evidence::event_bundle(&gateway, tenant, place, event.event_type).await?;
    // A bundle may have megabytes, which take too long to write on the async runtime.
    let text = gateway.processors.compute(move || serde_json::to_vec(&bundle)).await?;
    let text = text.map_err(|error| ApiError::internal(&error))?;
    Ok((heights, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}
