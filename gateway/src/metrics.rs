//! Prometheus metrics of the process. Invariant: label values come from small fixed sets, such as route patterns. No
//! path and no tenant is a label, so the number of series is bounded.

use crate::state::Gateway;
use chain_types::ShardId;
use http::Method;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// Upper bounds of the latency buckets, in seconds.
const LATENCY_BUCKETS_S: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Requests by method, route and status.
const REQUESTS: &str = "waymark_http_requests_total";
/// Request durations by route.
const DURATION: &str = "waymark_http_request_duration_seconds";

/// The time in milliseconds after which recorded durations are added to their buckets.
const UPKEEP_MS: u64 = 5_000;
/// The number of requests after which that is done earlier. A recorded duration takes memory until then.
pub const UPKEEP_REQUESTS: u64 = 65_536;

static RECORDED: AtomicU64 = AtomicU64::new(0);
static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder of this process; only the first call has an effect. `None` when another recorder is installed.
pub fn install() -> Option<&'static PrometheusHandle> {
    let handle = HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_BUCKETS_S);
        let handle = builder.ok()?.install_recorder().ok()?;
        let upkeep = handle.clone();
        let keep_up = move || {
            loop {
                thread::sleep(Duration::from_millis(UPKEEP_MS));
                upkeep.run_upkeep();
            }
        };
        thread::Builder::new().name("metrics".to_owned()).spawn(keep_up).ok()?;
        Some(handle)
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
    if RECORDED.fetch_add(1, Ordering::Relaxed) % UPKEEP_REQUESTS == UPKEEP_REQUESTS - 1
        && let Some(Some(handle)) = HANDLE.get()
    {
        handle.run_upkeep();
    }
}

/// The metrics of this process in the Prometheus text format.
pub(crate) fn render(gateway: &Gateway) -> String {
    for (shard, indexed) in gateway.index.heights() {
        let height = tip_height(gateway, shard);
        let label = shard.to_string();
        #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats; heights stay far below 2^53")]
        let (height, lag) = (height as f64, height.saturating_sub(indexed.0) as f64);
        metrics::gauge!("waymark_ledger_height", "shard" => label.clone()).set(height);
        metrics::gauge!("waymark_index_lag_blocks", "shard" => label).set(lag);
    }
    metrics::gauge!("waymark_uptime_seconds").set(gateway.started.elapsed().as_secs_f64());
    install().map(PrometheusHandle::render).unwrap_or_default()
}

/// The height of the newest final block of a shard.
pub(crate) fn tip_height(gateway: &Gateway, shard: ShardId) -> u64 {
    gateway.node.tip(shard).borrow().height.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The resident memory of this process, in bytes.
    fn resident() -> usize {
        let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        let pages: usize = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
        pages * 4_096
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn requests_that_nobody_scrapes_take_no_memory() {
        install().expect("the only recorder of this process");
        let record = |count: u64| {
            for _ in 0..count {
                record_request(&Method::GET, "/v1/tenant", 200, Duration::from_micros(300));
            }
        };
        record(2 * UPKEEP_REQUESTS);
        let before = resident();
        record(30 * UPKEEP_REQUESTS);
        let grown = resident().saturating_sub(before);
        assert!(grown < 8 << 20, "{grown} bytes for {} requests", 30 * UPKEEP_REQUESTS);
    }
}
