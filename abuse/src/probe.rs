//! Latency probes, each on a thread of its own that the attack does not share. Invariant: a latency counts from the
//! time at which the request was due, so an answer that is late delays no other measurement. A failure counts as
//! [`PATIENCE`].

use crate::{
    connection::{Client, Connection},
    context::{Context, OBSERVER},
    http::{Answer, Request, encode},
};
use std::{
    collections::VecDeque,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// The latency that a failure counts as.
const PATIENCE: Duration = Duration::from_secs(5);
/// The time between two probes of `/livez`.
const LIVEZ_EVERY: Duration = Duration::from_millis(20);
/// The time between two requests of the neighbour.
const NEIGHBOUR_EVERY: Duration = Duration::from_millis(20);

/// The requests of [`ordinary_request`], in turn.
const KINDS: [&str; 5] = ["tenant", "query", "event", "evidence", "capture"];

/// Latencies in milliseconds, in the order of the requests, and the first failure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    latencies_ms: Vec<f64>,
    failures: usize,
    failure: Option<String>,
}

impl Samples {
    /// The 99th percentile: the smallest latency that at least 99 % of all do not exceed.
    pub(crate) fn p99_ms(&self) -> f64 {
        p99_ms(self.latencies_ms.clone())
    }

    /// The 99th percentile of each kind of an ordinary load's requests, in words.
    pub(crate) fn kinds(&self) -> String {
        let of = |kind: usize| self.latencies_ms.iter().copied().skip(kind).step_by(KINDS.len()).collect();
        let words = |(kind, name): (usize, &&str)| format!("{name} {:.0}", p99_ms(of(kind)));
        KINDS.iter().enumerate().map(words).collect::<Vec<_>>().join(", ")
    }

    /// The number of failed requests and the first failure; empty when there is none.
    pub(crate) fn failure(&self) -> String {
        let words = |failure: &String| format!(", {} of {} failed: {failure}", self.failures, self.latencies_ms.len());
        self.failure.as_ref().map(words).unwrap_or_default()
    }
}

fn p99_ms(mut latencies_ms: Vec<f64>) -> f64 {
    latencies_ms.sort_by(f64::total_cmp);
    let rank = (latencies_ms.len() * 99).div_ceil(100).max(1);
    latencies_ms.get(rank - 1).copied().unwrap_or_else(|| PATIENCE.as_secs_f64() * 1e3)
}

/// A running probe.
pub(crate) struct Probe {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Samples>,
}

impl Probe {
    /// Measures `/livez` over a new connection each time, as an orchestrator does.
    pub(crate) fn livez(context: &Arc<Context>) -> Self {
        let context = Arc::clone(context);
        Self::start(LIVEZ_EVERY, move |_| {
            let server = context.server;
            async move { Connection::open(server, OBSERVER).await?.exchange(&Request::get("/livez")).await }
        })
    }

    /// Measures the neighbour's ordinary requests over connections that it keeps.
    pub(crate) fn neighbour(context: &Arc<Context>) -> Self {
        let (context, kept) = (Arc::clone(context), Arc::new(Mutex::new(VecDeque::<Client>::new())));
        Self::start(NEIGHBOUR_EVERY, move |number| {
            let (context, kept) = (Arc::clone(&context), Arc::clone(&kept));
            async move {
                let client = kept.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let mut client = client.unwrap_or_else(|| Client::new(context.server, context.neighbour.source));
                let request = ordinary_request(number, &context.neighbour_event, &context.neighbour_lot);
                let answer = client.send(&request.bearer(&context.neighbour.token)).await;
                kept.lock().unwrap_or_else(PoisonError::into_inner).push_back(client);
                answer
            }
        })
    }

    fn start<F>(every: Duration, request: impl Fn(u64) -> F + Send + 'static) -> Self
    where
        F: Future<Output = anyhow::Result<Answer>> + Send + 'static,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(sample(every, &stopped, request))).unwrap_or_default()
        });
        Self { stop, thread }
    }

    /// Ends the probe; requests on their way still count.
    pub(crate) fn finish(self) -> Samples {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

async fn sample<F>(every: Duration, stop: &AtomicBool, request: impl Fn(u64) -> F) -> Samples
where
    F: Future<Output = anyhow::Result<Answer>> + Send + 'static,
{
    let mut pace = interval(every);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut open = Vec::new();
    for number in 0.. {
        let due = pace.tick().await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let answer = request(number);
        open.push(tokio::spawn(async move {
            let answer = timeout(PATIENCE, answer).await;
            let failure = match answer {
                Ok(Ok(answer)) if answer.status < 300 => None,
                Ok(Ok(answer)) => Some(format!("{} {}", answer.status, answer.code())),
                Ok(Err(error)) => Some(format!("{error:#}")),
                Err(_) => Some("no answer".to_owned()),
            };
            (Instant::now().duration_since(due), failure)
        }));
    }
    let mut samples = Samples::default();
    for measured in open {
        // A request whose task failed keeps its place, which tells its kind.
        let lost = || (PATIENCE, Some("the probe failed".to_owned()));
        let (latency, failure) = measured.await.unwrap_or_else(|_| lost());
        let counted = if failure.is_some() { PATIENCE } else { latency };
        samples.latencies_ms.push(counted.as_secs_f64() * 1e3);
        samples.failures += usize::from(failure.is_some());
        samples.failure = samples.failure.take().or(failure);
    }
    samples
}

/// The mix of an ordinary tenant: queries, single events, evidence, its own tenant, and captures.
pub(crate) fn ordinary_request(number: u64, event: &str, lot: &str) -> Request {
    match number % KINDS.len() as u64 {
        0 => Request::get("/v1/tenant"),
        1 => Request::get(format!("/epcis/events?MATCH_anyEPCClass={}", encode(lot))),
        2 => Request::get(format!("/epcis/events/{}", encode(event))),
        3 => Request::get(format!("/v1/provenance/events/{}/evidence", encode(event))),
        _ => {
            let event = crate::document::event(&[crate::document::item(number)], "");
            Request::post("/epcis/capture", crate::document::document("", &[event]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_a_measured_value() {
        let of =
            |count: u32| Samples { latencies_ms: (1..=count).rev().map(f64::from).collect(), ..Samples::default() };
        for (count, p99) in [(1, 1.0), (100, 99.0), (200, 198.0), (1_000, 990.0)] {
            assert!((of(count).p99_ms() - p99).abs() < 1e-9, "{count}");
        }
        assert!(of(0).p99_ms() > 1_000.0, "no measurement is no good measurement");
        let ten = Samples { latencies_ms: (1..=10).map(f64::from).collect(), ..Samples::default() };
        assert_eq!(ten.kinds(), "tenant 6, query 7, event 8, evidence 9, capture 10");
    }
}
