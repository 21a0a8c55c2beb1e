//! Measures sustained capture of EPCIS events over HTTP. Invariant: a document counts when its 100 events are final and
//! indexed.
//!
//! The process's memory is measured at the start, 10 seconds later and at the end. The bound is writing the same rows
//! into the same Postgres without other load.

use super::{
    bound,
    documents::document,
    instance::{Instance, scratch},
    statistics::{per_second, percentile_ms, round},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Events per document.
const EVENTS: u64 = 100;
/// The number of documents in flight.
const CLIENTS: usize = 12;

/// The time after which memory is measured first. The caches of an instance with records are full by then.
const EARLY: Duration = Duration::from_secs(10);

/// The duration of the full run, in seconds.
pub const SECONDS: u64 = 60;

/// Measures captured events per second for a duration, and their bound.
pub async fn measure(quick: bool, seconds: u64) -> anyhow::Result<Value> {
    let (warm_up, measured) = if quick { (3, Duration::from_secs(8)) } else { (30, Duration::from_secs(seconds)) };
    let folder = scratch()?;
    let data = folder.path().join("data");
    let instance = Instance::start(&data).await?;
    let client = reqwest::Client::new();
    let token = instance.token(&client).await?;
    let load = Load {
        client: client.clone(),
        url: format!("{}/epcis/capture", instance.ready.url),
        token,
        run: rand::random(),
        next: Arc::new(AtomicU64::new(0)),
    };
    load.run(Duration::from_secs(warm_up)).await?;
    let start_mb = instance.resident_mb()?;
    let started = Instant::now();
    let mut samples = load.run(EARLY.min(measured)).await?;
    let early_mb = instance.resident_mb()?;
    samples.extend(load.run(measured.saturating_sub(started.elapsed())).await?);
    let elapsed = started.elapsed();
    let end_mb = instance.resident_mb()?;
    let events = samples.len() * usize::try_from(EVENTS)?;
    let bound = bound::measure(&data).await?;
    instance.stop().await?;
    let rate = per_second(events, elapsed);
    Ok(json!({
        "events_per_s": rate,
        "bound_per_s": bound,
        "ratio": round(rate / bound),
        "bound": "Postgres storing the same rows again, indexes included, one session",
        "rss_mb_start": start_mb,
        "rss_mb_after_10_s": early_mb,
        "rss_mb_end": end_mb,
        "document_p50_ms": percentile_ms(&mut samples, 500),
        "document_p99_ms": percentile_ms(&mut samples, 990),
        "events": events,
        "seconds": round(elapsed.as_secs_f64()),
    }))
}

#[derive(Clone)]
struct Load {
    client: reqwest::Client,
    url: String,
    token: String,
    run: u32,
    next: Arc<AtomicU64>,
}

impl Load {
    /// Keeps documents in flight for a duration. Returns the latency of each final and indexed document.
    async fn run(&self, duration: Duration) -> anyhow::Result<Vec<Duration>> {
        let until = Instant::now() + duration;
        let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(self.clone().client(until))).collect();
        let mut samples = Vec::new();
        for client in clients {
            samples.extend(client.await??);
        }
        Ok(samples)
    }

    async fn client(self, until: Instant) -> anyhow::Result<Vec<Duration>> {
        let mut samples = Vec::new();
        while Instant::now() < until {
            let first = self.next.fetch_add(EVENTS, Ordering::Relaxed);
            let body = document(first, EVENTS, self.run);
            let started = Instant::now();
            let response = self
                .client
                .post(&self.url)
                .bearer_auth(&self.token)
                .header("content-type", "application/json")
                .header("prefer", "wait=30")
                .body(body)
                .send()
                .await?;
            let status = response.status();
            let body = response.bytes().await?;
            anyhow::ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(&body));
            samples.push(started.elapsed());
        }
        Ok(samples)
    }
}
