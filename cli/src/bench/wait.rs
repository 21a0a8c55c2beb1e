//! Measures the latency of one event with `Prefer: wait` at a steady rate. Invariant: a latency begins at the planned
//! time of sending and ends with the answer.
//!
//! The answer arrives when the event is final and indexed. The bound is the same number of requests for the public
//! status, at the same rate.

use super::{
    documents::document,
    instance::{Instance, scratch},
    statistics::percentile_ms,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;

/// Requests per second.
const RATE: u64 = 100;

/// Measures the latencies of captures, and those of the bound.
pub async fn measure(quick: bool) -> anyhow::Result<Value> {
    let seconds = if quick { 5 } else { 30 };
    let folder = scratch()?;
    let instance = Instance::start(&folder.path().join("data")).await?;
    let client = reqwest::Client::new();
    let token = instance.token(&client).await?;
    let url = format!("{}/epcis/capture", instance.ready.url);
    let status_url = format!("{}/v1/ledger/status", instance.ready.url);
    let run: u32 = rand::random();
    // The first second warms up connections and caches.
    paced(RATE, |number| post(&client, &url, &token, document(number, 1, run))).await?;
    let first = RATE;
    let mut samples =
        paced(RATE * seconds, |number| post(&client, &url, &token, document(first + number, 1, run))).await?;
    let mut bound = paced(RATE * seconds, |_| client.get(&status_url)).await?;
    instance.stop().await?;
    Ok(json!({
        "p50_ms": percentile_ms(&mut samples, 500),
        "p99_ms": percentile_ms(&mut samples, 990),
        "max_ms": percentile_ms(&mut samples, 1_000),
        "bound_p50_ms": percentile_ms(&mut bound, 500),
        "bound_p99_ms": percentile_ms(&mut bound, 990),
        "bound": "the public status at the same rate",
        "requests": samples.len(),
        "per_s": RATE,
    }))
}

fn post(client: &reqwest::Client, url: &str, token: &str, body: String) -> reqwest::RequestBuilder {
    client
        .post(url)
        .bearer_auth(token)
        .header("content-type", "application/json")
        .header("prefer", "wait=10")
        .body(body)
}

/// Sends requests at fixed times, whether or not earlier ones were answered. Returns the latencies from those times on.
async fn paced(count: u64, mut request: impl FnMut(u64) -> reqwest::RequestBuilder) -> anyhow::Result<Vec<Duration>> {
    let mut beat = tokio::time::interval(Duration::from_micros(1_000_000 / RATE));
    let mut running = JoinSet::new();
    for number in 0..count {
        let request = request(number);
        let due = beat.tick().await.into_std();
        running.spawn(async move {
            let response = request.send().await?;
            let status = response.status();
            let body = response.bytes().await?;
            anyhow::ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(&body));
            Ok(due.elapsed())
        });
    }
    let mut samples = Vec::new();
    while let Some(sample) = running.join_next().await {
        samples.push(sample??);
    }
    Ok(samples)
}
