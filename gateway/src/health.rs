//! Liveness, readiness and metrics of the process. Invariant: `/livez` checks no dependency, so a slow database never
//! causes a restart. `/readyz` lists what is missing. However many probes arrive, each answer is made once a second.

mod fresh;
mod probe;

pub use probe::{HealthListener, listener_router};

use crate::{
    error::{ApiError, code, problems},
    metrics::{self, tip_height},
    routes,
    state::Gateway,
    storage,
};
use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use chain_types::ShardId;
use fresh::Fresh;
use http::header;
use probe::{Free, Probe};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

/// The number of probes that are answered at the same time.
pub const PROBES_MAX: usize = 32;
/// The age in milliseconds up to which an answer is given again.
pub const FRESH_MS_MAX: u64 = 1_000;
/// The time limit of the database check, in milliseconds.
const DATABASE_MS_MAX: u64 = 2_000;

/// The routes of health and metrics.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(livez)).routes(routes!(readyz)).routes(routes!(show_metrics))
}

/// The last answers of probes, and the room for new ones.
#[derive(Debug)]
pub struct HealthCache {
    missing: Fresh<Arc<[String]>>,
    metrics: Fresh<Bytes>,
    room: Arc<Semaphore>,
}

impl Default for HealthCache {
    fn default() -> Self {
        Self { missing: Fresh::default(), metrics: Fresh::default(), room: Arc::new(Semaphore::new(PROBES_MAX)) }
    }
}

/// The health of the process.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The version of the binary.
    version: &'static str,
    /// Warnings for the operator that do not stop requests, such as a wall clock that stepped. Each is a sentence.
    notes: Vec<String>,
}

const fn ok(notes: Vec<String>) -> Health {
    Health { status: "ok", version: env!("CARGO_PKG_VERSION"), notes }
}

/// Warnings about the clock of this machine, as far as the node detected faults.
fn notes_on_clock(gateway: &Gateway) -> Vec<String> {
    let node = &gateway.node;
    let ahead = (0..node.shards()).map(ShardId).filter_map(|shard| Some((shard, node.ahead_ms(shard)?)));
    clock_notes(node.clock_stepped_ms(), ahead)
}

/// Returns one warning for the sum of all clock steps, and one per shard whose last block is ahead of this machine's
/// clock.
fn clock_notes(stepped_ms: i64, ahead: impl Iterator<Item = (ShardId, u64)>) -> Vec<String> {
    let stepped = || format!("the clock of this machine stepped by {stepped_ms} ms since this process began");
    let ahead = ahead.map(|(shard, ahead_ms)| {
        format!(
            "the last block of shard {shard} is {ahead_ms} ms ahead of this machine's clock; blocks keep that \
             time until the clock has reached it"
        )
    });
    (stepped_ms != 0).then(stepped).into_iter().chain(ahead).collect()
}

/// Reports whether the process is alive. It checks no dependency.
#[utoipa::path(
    get, path = "/livez", tag = "health", operation_id = "showLiveness",
    responses((status = 200, description = "The process is alive", body = Health)),
)]
pub(crate) async fn livez(_: Free) -> Json<Health> {
    Json(ok(Vec::new()))
}

problems!(code::NOT_READY);

/// Reports whether the process can serve requests: the database answers and the index is close behind the ledger.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "showReadiness",
    responses(
        (status = 200, description = "The process is ready", body = Health),
        Problems,
    ),
)]
pub(crate) async fn readyz(_probe: Probe, State(gateway): State<Arc<Gateway>>) -> Result<Json<Health>, ApiError> {
    let missing = gateway.health.missing.get(|| missing(&gateway)).await;
    if missing.is_empty() {
        return Ok(Json(ok(notes_on_clock(&gateway))));
    }
    Err(ApiError::new(&code::NOT_READY, format!("Not ready: {}.", missing.join("; "))).retry_after_s(1))
}

/// What the process lacks to serve requests, in words. Asks over a connection that no tenant can occupy.
async fn missing(gateway: &Gateway) -> Arc<[String]> {
    let mut missing = storage::missing(gateway);
    let ping = gateway.submitter.ping();
    if !matches!(tokio::time::timeout(Duration::from_millis(DATABASE_MS_MAX), ping).await, Ok(Ok(()))) {
        missing.push("the database does not answer".to_owned());
    }
    for (shard, indexed) in gateway.index.heights() {
        let lag = tip_height(gateway, shard).saturating_sub(indexed.0);
        if lag > gateway.config.index_lag_blocks_max {
            missing.push(format!("the index of shard {shard} is {lag} blocks behind"));
        }
    }
    missing.into()
}

/// Returns the metrics of this process in the Prometheus text format. Not served here when the operator gave health a
/// listener of its own.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "showMetrics",
    responses((status = 200, description = "Prometheus text format 0.0.4", body = String, content_type = "text/plain")),
)]
pub(crate) async fn show_metrics(
    _probe: Probe,
    State(gateway): State<Arc<Gateway>>,
    request: Request,
) -> Result<Response, ApiError> {
    let is_here = !gateway.config.health_is_separate || request.extensions().get::<HealthListener>().is_some();
    if !is_here {
        return Err(ApiError::new(&code::NOT_FOUND, "Metrics have a listener of their own."));
    }
    let text = gateway.health.metrics.get(async || Bytes::from(metrics::render(&gateway))).await;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_clock_needs_no_note_and_each_fault_has_its_own() {
        assert!(clock_notes(0, std::iter::empty()).is_empty());
        let notes = clock_notes(-3_600_000, [(ShardId(1), 3_599_000)].into_iter());
        assert_eq!(notes.len(), 2);
        assert!(notes[0].contains("stepped by -3600000 ms"), "{notes:?}");
        assert!(notes[1].contains("shard 1 is 3599000 ms ahead"), "{notes:?}");
    }
}
