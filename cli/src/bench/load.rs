//! A load of captures over HTTP. Invariant: a document counts when all its events are final and indexed.

use super::{
    documents::{self, Binding},
    instance::Instance,
};
use anyhow::Context as _;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Events per document.
pub const EVENTS: u64 = 100;
/// The number of documents in flight.
const CLIENTS: usize = 12;

/// Clients that capture documents with distinct events.
#[derive(Clone)]
pub struct Load {
    client: reqwest::Client,
    capture_url: String,
    events_url: String,
    token: String,
    binding: Binding,
    run: u32,
    next: Arc<AtomicU64>,
}

impl Load {
    /// Prepares a load on an instance. Its events differ from those of every other load.
    pub async fn new(instance: &Instance, binding: Binding) -> anyhow::Result<Self> {
        let client = reqwest::Client::new();
        Ok(Self {
            capture_url: format!("{}/epcis/capture", instance.ready.url),
            events_url: format!("{}/epcis/events", instance.ready.url),
            token: instance.token(&client).await?,
            client,
            binding,
            run: rand::random(),
            next: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Keeps documents in flight for a duration. Returns the latency of each final and indexed document.
    pub async fn run(&self, duration: Duration) -> anyhow::Result<Vec<Duration>> {
        let until = Instant::now() + duration;
        let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(self.clone().capture(until))).collect();
        let mut samples = Vec::new();
        for client in clients {
            samples.extend(client.await??);
        }
        Ok(samples)
    }

    /// Requests the events of the EPC that the event with a number has, and returns how many there are.
    pub async fn query(&self, number: u64) -> anyhow::Result<usize> {
        let response = self
            .client
            .get(&self.events_url)
            .query(&[("MATCH_epc", documents::epc(number, self.run))])
            .bearer_auth(&self.token)
            .send()
            .await?
            .error_for_status()?;
        let answer: serde_json::Value = response.json().await?;
        let events = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array();
        Ok(events.context("the answer has a list of events")?.len())
    }
    async fn capture(self, until: Instant) -> anyhow::Result<Vec<Duration>> {
        let mut samples = Vec::new();
        while Instant::now() < until {
            let first = self.next.fetch_add(EVENTS, Ordering::Relaxed);
            let body = self.binding.document(first, EVENTS, self.run);
            let started = Instant::now();
            let response = self
                .client
                .post(&self.capture_url)
                .bearer_auth(&self.token)
                .header("content-type", self.binding.media_type())
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
