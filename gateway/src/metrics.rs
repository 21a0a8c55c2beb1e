//! Prometheus metrics of the process. Invariant: label values come from small fixed sets, such as route patterns. No
//! path and no tenant is a label, so the number of series is bounded.

use crate::{auth::Public, state::Gateway};
use axum::{extract::State, response::IntoResponse};
use chain_types::ShardId;
use http::{Method, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// Upper bounds of the latency buckets, in seconds.
const LATENCY_BUCKETS_S: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Requests by method, route and status.
const REQUESTS: &str = "waymark_http_requests_total";
/// Request durations by route.
const DURATION: &str = "waymark_http_request_duration_seconds";

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder of this process; only the first call has an effect. `None` when another recorder is installed.
pub fn install() -> Option<&'static PrometheusHandle> {
    let handle = HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_BUCKETS_S);
        builder.ok()?.install_recorder().ok()
    });
    handle.as_ref()
}

/// Counts one request and records its duration.
pub(crate) fn record_request(method: &Method, route: &str, status: u16, elapsed: Duration) {
    // A method is free text on the wire. Unknown ones share one label, so that clients cannot create series.
    let method = match *method {
        Method::GET | Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::OPTIONS | Method::HEAD => {
            method.as_str().to_owned()
        }
        _ => "other".to_owned(),
    };
    let (route, status) = (route.to_owned(), status.to_string());
    metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!(DURATION, "route" => route).record(elapsed.as_secs_f64());
}

/// Returns the metrics of this process in the Prometheus text format.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "showMetrics",
    responses((status = 200, description = "Prometheus text format 0.0.4", body = String, content_type = "text/plain")),
)]
pub(crate) async fn show_metrics(_: Public, State(gateway): State<Arc<Gateway>>) -> impl IntoResponse {
    for (shard, indexed) in gateway.index.heights() {
        let height = tip_height(&gateway, shard);
        let label = shard.to_string();
        #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats; heights stay far below 2^53")]
        let (height, lag) = (height as f64, height.saturating_sub(indexed.0) as f64);
        metrics::gauge!("waymark_ledger_height", "shard" => label.clone()).set(height);
        metrics::gauge!("waymark_index_lag_blocks", "shard" => label).set(lag);
    }
    metrics::gauge!("waymark_uptime_seconds").set(gateway.started.elapsed().as_secs_f64());
    let text = install().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

/// The height of the newest final block of a shard.
pub(crate) fn tip_height(gateway: &Gateway, shard: ShardId) -> u64 {
    gateway.node.tip(shard).borrow().height.0
}
