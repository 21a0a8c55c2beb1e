//! Whether this process lives and whether it should get requests. Invariant: `/livez` asks nobody, so a slow database
//! never gets the process restarted; `/readyz` names what is missing.

use crate::auth::Public;
use crate::error::{ApiError, Problem, code};
use crate::metrics::{self, tip_height};
use crate::{routes, state::Gateway};
use axum::Json;
use axum::extract::State;
use chain_types::ShardId;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

/// How long the database may take to answer.
const DATABASE_MS_MAX: u64 = 2_000;

/// The routes of health.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(livez)).routes(routes!(readyz)).routes(routes!(metrics::show_metrics))
}

/// A process that answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The version of the binary.
    version: &'static str,
    /// What an operator should look at though requests are served, such as a wall clock that stepped; each a sentence.
    notes: Vec<String>,
}

const fn ok(notes: Vec<String>) -> Health {
    Health { status: "ok", version: env!("CARGO_PKG_VERSION"), notes }
}

/// What is wrong with the clock of this machine, as far as the node noticed.
fn notes_on_clock(gateway: &Gateway) -> Vec<String> {
    let mut notes = Vec::new();
    let stepped_ms = gateway.node.clock_stepped_ms();
    if stepped_ms != 0 {
        notes.push(format!("the clock of this machine stepped by {stepped_ms} ms since this process began"));
    }
    for shard in (0..gateway.node.shards()).map(ShardId) {
        if let Some(ahead_ms) = gateway.node.ahead_ms(shard) {
            notes.push(format!(
                "the last block of shard {shard} is {ahead_ms} ms ahead of this machine's clock; until the clock is there blocks \
                 keep that time"
            ));
        }
    }
    notes
}

/// Whether the process lives.
#[utoipa::path(
    get, path = "/livez", tag = "health", operation_id = "showLiveness",
    security(()),
    responses((status = 200, description = "It does", body = Health)),
)]
pub(crate) async fn livez(_: Public) -> Json<Health> {
    Json(ok(Vec::new()))
}

/// Whether requests should come here: the database answers and the index is close behind the ledger.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "showReadiness",
    security(()),
    responses(
        (status = 200, description = "Ready", body = Health),
        (status = 503, description = "`limit.not_ready`, naming what is missing", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(_: Public, State(gateway): State<Arc<Gateway>>) -> Result<Json<Health>, ApiError> {
    let mut missing = Vec::new();
    let ping = sqlx::query("SELECT 1").execute(&gateway.pool);
    if !matches!(tokio::time::timeout(Duration::from_millis(DATABASE_MS_MAX), ping).await, Ok(Ok(_))) {
        missing.push("the database does not answer".to_owned());
    }
    for (shard, indexed) in gateway.index.heights() {
        let lag = tip_height(&gateway, shard).saturating_sub(indexed.0);
        if lag > gateway.config.index_lag_blocks_max {
            missing.push(format!("the index of shard {shard} is {lag} blocks behind"));
        }
    }
    if missing.is_empty() {
        return Ok(Json(ok(notes_on_clock(&gateway))));
    }
    Err(ApiError::new(&code::NOT_READY, format!("Not ready: {}.", missing.join("; "))).retry_after_s(1))
}
