//! The latency from final to the first byte at a waiting client, at a steady rate. Invariant: every captured event is
//! measured once.
//!
//! A block is final for this measurement when the gateway answers a follower that waits for it. Several requests for
//! the next heights wait at a time, so that none of them is asked for too late.

use crate::{
    bench::{
        documents::document,
        instance::{Instance, scratch},
        statistics::per_second,
    },
    events::stream::Reader,
    running::Running,
};
use anyhow::{Context as _, ensure};
use futures::StreamExt as _;
use gateway::event::model::{CloudEvent, CloudEventPage};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// Documents per second.
const DOCUMENTS_PER_S: u64 = 100;
/// Events of a document.
const EVENTS: u64 = 5;
/// The requests that wait for the next blocks.
const FOLLOWERS: u64 = 3;
/// The time for the last event to arrive.
const ARRIVAL_TIMEOUT: Duration = Duration::from_secs(30);

/// The latencies of all events.
pub(super) struct Measured {
    pub(super) from_final: Vec<Duration>,
    /// From the time in the block, which its proposer sets before the block is final.
    pub(super) from_block: Vec<Duration>,
    pub(super) per_s: f64,
}

/// When each block was final.
type Finals = Arc<Mutex<BTreeMap<u64, Instant>>>;

/// An event that arrived.
struct Arrival {
    height: u64,
    at: Instant,
    since_block: Duration,
}

/// A service that is measured, and a tenant's token.
struct Service {
    client: reqwest::Client,
    instance: Instance,
    token: String,
    run: u32,
}

/// Captures events at the rate, follows the blocks, and reads the stream of events.
pub(super) async fn measure(quick: bool) -> anyhow::Result<Measured> {
    let seconds = if quick { 5 } else { 30 };
    let folder = scratch()?;
    let data = folder.path().join("data");
    let instance = Instance::start(&data).await?;
    let client = reqwest::Client::new();
    let token = instance.token(&client).await?;
    let service = Service { client, instance, token, run: rand::random() };
    let follow_token = Running::find(&data).await.context("the instance runs")?.follow_token;
    // The first second warms up connections and caches.
    service.capture(0, DOCUMENTS_PER_S).await?;
    let warm = DOCUMENTS_PER_S * EVENTS;
    let last = service.await_event(warm).await?;
    let height: u64 = last.height.parse()?;
    let finals = Finals::default();
    let followers: Vec<_> = (1..=FOLLOWERS)
        .map(|ahead| {
            let url = format!("{}/v1/ledger/shards/{}/blocks", service.instance.ready.url, last.shard);
            let request = service.client.get(url).bearer_auth(&follow_token);
            AbortOnDropHandle::new(tokio::spawn(follow(request, height + ahead, Arc::clone(&finals))))
        })
        .collect();
    let count = DOCUMENTS_PER_S * seconds * EVENTS;
    let answer = service.get("/v1/events/stream").query(&[("after", &last.id)]).send().await?.error_for_status()?;
    let reading = AbortOnDropHandle::new(tokio::spawn(read(answer, count)));
    let started = Instant::now();
    service.capture(warm, DOCUMENTS_PER_S * seconds).await?;
    let arrivals = tokio::time::timeout(ARRIVAL_TIMEOUT, reading).await.context("events are missing")???;
    let per_s = per_second(arrivals.len(), started.elapsed());
    for follower in followers {
        ensure!(!follower.is_finished(), "a follower of the ledger was refused");
    }
    service.instance.stop().await?;
    let finals = finals.lock().unwrap_or_else(PoisonError::into_inner);
    let from_final = arrivals.iter().map(|arrival| {
        let final_at = finals.get(&arrival.height).with_context(|| format!("block {} was not seen", arrival.height))?;
        // The follower's answer and the event are written independently, so the order can be the other one.
        Ok(arrival.at.saturating_duration_since(*final_at))
    });
    let from_final = from_final.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Measured { from_final, from_block: arrivals.iter().map(|it| it.since_block).collect(), per_s })
}

impl Service {
    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.instance.ready.url)).bearer_auth(&self.token)
    }

    /// Sends documents at fixed times, whether or not earlier ones were answered.
    async fn capture(&self, first: u64, documents: u64) -> anyhow::Result<()> {
        let mut beat = tokio::time::interval(Duration::from_micros(1_000_000 / DOCUMENTS_PER_S));
        let mut running = JoinSet::new();
        for number in 0..documents {
            let request = self
                .client
                .post(format!("{}/epcis/capture", self.instance.ready.url))
                .bearer_auth(&self.token)
                .header("content-type", "application/json")
                .body(document(first + number * EVENTS, EVENTS, self.run));
            beat.tick().await;
            running.spawn(async move { request.send().await?.error_for_status() });
        }
        while let Some(answer) = running.join_next().await {
            answer??;
        }
        Ok(())
    }

    /// Waits until the events of captures are numbered, and returns the last.
    async fn await_event(&self, count: u64) -> anyhow::Result<CloudEvent> {
        // The event before those of captures is the registration of the tenant.
        let after = count.to_string();
        let answer = self.get("/v1/events/stream").query(&[("after", after)]).send().await?.error_for_status()?;
        read(answer, 1).await?;
        let page: CloudEventPage = self.get("/v1/events").query(&[("after", count)]).send().await?.json().await?;
        page.items.into_iter().next().context("the event was sent")
    }
}

/// Notes when every [`FOLLOWERS`]th block is final, from a height on. Ends only with a failure.
async fn follow(request: reqwest::RequestBuilder, first: u64, finals: Finals) -> anyhow::Result<()> {
    let mut height = first;
    loop {
        let request = request.try_clone().context("a request without a body")?;
        let answer = request.query(&[("from", height), ("max", 1), ("wait", 20)]).send().await?.error_for_status()?;
        let at = Instant::now();
        let is_there = !answer.bytes().await?.is_empty();
        if is_there {
            finals.lock().unwrap_or_else(PoisonError::into_inner).insert(height, at);
            height += FOLLOWERS;
        }
    }
}

/// Reads a stream up to a number of events.
async fn read(answer: reqwest::Response, count: u64) -> anyhow::Result<Vec<Arrival>> {
    let (mut parts, mut reader, mut arrivals) = (answer.bytes_stream(), Reader::default(), Vec::new());
    let count = usize::try_from(count)?;
    while arrivals.len() < count {
        let part = parts.next().await.context("the stream was ended")??;
        let (at, now) = (Instant::now(), OffsetDateTime::from(SystemTime::now()));
        for message in reader.read(&part)?.into_iter().filter(|message| !message.data.is_empty()) {
            let event: CloudEvent = serde_json::from_str(&message.data).with_context(|| message.data.clone())?;
            let since_block = now - OffsetDateTime::parse(&event.time, &Rfc3339)?;
            let since_block = Duration::try_from(since_block).unwrap_or_default();
            arrivals.push(Arrival { height: event.height.parse()?, at, since_block });
        }
    }
    Ok(arrivals)
}
