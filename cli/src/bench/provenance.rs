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
use serde::Serialize;
use std::time::{Duration, Instant};

/// The number of queries.
const QUERIES: u64 = 500;

/// The figures, in the order in which they are printed.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    capture_json: Capture,
    capture_xml: Capture,
    query: Query,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Capture {
    events_per_s: f64,
    bound_per_s: f64,
    ratio: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Query {
    p50_ms: f64,
    p95_ms: f64,
    /// The events that are stored when the queries run.
    events: usize,
}

/// Measures captures in JSON, then in XML, then queries by EPC.
pub async fn measure(quick: bool) -> anyhow::Result<Figures> {
    let (warm_up, measured) = if quick { (2, 6) } else { (20, 60) };
    let folder = scratch()?;
    let data = folder.path().join("data");
    let instance = Instance::start(&data).await?;
    let (mut stored, mut rates, mut last) = (0, [0.0; 2], None);
    for (rate, binding) in rates.iter_mut().zip([Binding::Json, Binding::Xml]) {
        let load = Load::new(&instance, binding).await?;
        stored += load.run(Duration::from_secs(warm_up)).await?.len();
        let started = Instant::now();
        let documents = load.run(Duration::from_secs(measured)).await?.len();
        *rate = per_second(documents * usize::try_from(EVENTS)?, started.elapsed());
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
    let [capture_json, capture_xml] =
        rates.map(|rate| Capture { events_per_s: rate, bound_per_s: bound, ratio: round(rate / bound) });
    let query = Query {
        p50_ms: percentile_ms(&mut samples, 500),
        p95_ms: percentile_ms(&mut samples, 950),
        events: stored * usize::try_from(EVENTS)?,
    };
    Ok(Figures { capture_json, capture_xml, query })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_are_in_their_order() {
        let capture = Capture { events_per_s: 1.0, bound_per_s: 2.0, ratio: 0.5 };
        let query = Query { p50_ms: 3.0, p95_ms: 4.0, events: 5 };
        let text = serde_json::to_string(&Figures { capture_json: capture, capture_xml: capture, query });
        let rate = r#"{"events_per_s":1.0,"bound_per_s":2.0,"ratio":0.5}"#;
        let query = r#"{"p50_ms":3.0,"p95_ms":4.0,"events":5}"#;
        let expected = format!(r#"{{"capture_json":{rate},"capture_xml":{rate},"query":{query}}}"#);
        assert_eq!(text.expect("JSON"), expected);
    }
}
