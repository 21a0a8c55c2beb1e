//! Measures capture over HTTP in each binding of EPCIS, and a query on what was captured. Invariant: a document counts
//! when its 100 events are final and indexed, and each query finds its one event.
//!
//! The bound is writing the same rows into the same Postgres without other load.

use super::{
    bound,
    documents::Binding,
    instance::{Instance, scratch},
    load::{EVENTS, Load},
    statistics::{per_second, percentile_ms, round},
};
use anyhow::ensure;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// The number of queries.
const QUERIES: u64 = 500;

/// Measures captures in JSON, then in XML, then queries by EPC. The figures have the members `capture_json`,
/// `capture_xml` and `query`; `events` are those that are stored when the queries run.
pub async fn measure(quick: bool) -> anyhow::Result<Map<String, Value>> {
    let (warm_up, measured) = if quick { (2, 6) } else { (20, 60) };
    let folder = scratch()?;
    let data = folder.path().join("data");
    let instance = Instance::start(&data).await?;
    let mut rates = Vec::new();
    let (mut stored, mut last) = (0, None);
    for (name, binding) in [("capture_json", Binding::Json), ("capture_xml", Binding::Xml)] {
        let load = Load::new(&instance, binding).await?;
        stored += load.run(Duration::from_secs(warm_up)).await?.len();
        let started = Instant::now();
        let documents = load.run(Duration::from_secs(measured)).await?.len();
        rates.push((name, per_second(documents * usize::try_from(EVENTS)?, started.elapsed())));
        stored += documents;
        last = Some(load);
    }
    let mut samples = Vec::new();
    if let Some(load) = last {
        for number in 0..QUERIES {
            let started = Instant::now();
            let found = load.query(number).await?;
            samples.push(started.elapsed());
            ensure!(found == 1, "the query for event {number} found {found} events");
        }
    }
    let bound = bound::measure(&data).await?;
    instance.stop().await?;
    let capture = |rate: f64| json!({ "events_per_s": rate, "bound_per_s": bound, "ratio": round(rate / bound) });
    let mut figures: Map<_, _> = rates.into_iter().map(|(name, rate)| (name.to_owned(), capture(rate))).collect();
    figures.insert(
        "query".to_owned(),
        json!({
            "p50_ms": percentile_ms(&mut samples, 500),
            "p95_ms": percentile_ms(&mut samples, 950),
            "events": stored * usize::try_from(EVENTS)?,
        }),
    );
    Ok(figures)
}
