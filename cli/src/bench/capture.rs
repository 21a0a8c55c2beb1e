//! Measures sustained capture of EPCIS events over HTTP. Invariant: a document counts when its 100 events are final and
//! indexed.
//!
//! The process's memory is measured at the start, 10 seconds later and at the end. The bound is writing the same rows
//! into the same Postgres without other load.

use super::{
    bound,
    documents::Binding,
    instance::{Instance, scratch},
    load::{EVENTS, Load},
    statistics::{per_second, percentile_ms, round},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

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
    let load = Load::new(&instance, Binding::Json).await?;
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
