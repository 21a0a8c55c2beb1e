//! Measures how events reach those who wait: the memory of idle streams, and the latency from final to the first byte
//! at a client. Invariant: each figure is from an instance of its own, and every client was served to the end.

mod latency;
mod stream;

use super::statistics::percentile_ms;
use serde_json::{Map, Value, json};

/// The goal for the memory of all idle streams, in MB.
const STREAM_MB_GOAL: u64 = 500;
/// The goal for the latency of 99 of 100 events, in milliseconds.
const LATENCY_MS_GOAL: u64 = 50;

/// Measures in turn. `say` gets a line of text for each figure, with its goal.
pub async fn measure(quick: bool, say: impl Fn(String)) -> anyhow::Result<Map<String, Value>> {
    let mut figures = Map::new();
    let stream::Idle { clients, alone_mb, added_mb } = stream::measure(quick).await?;
    say(format!(
        "stream: {clients} idle clients of server-sent events add {added_mb} MB to the {alone_mb} MB of the process \
         (goal: under {STREAM_MB_GOAL} MB for 5,000)"
    ));
    figures.insert("stream".to_owned(), json!({ "clients": clients, "rss_mb": added_mb }));

    let latency::Measured { mut from_final, mut from_block, per_s } = latency::measure(quick).await?;
    let (p50_ms, p99_ms) = (percentile_ms(&mut from_final, 500), percentile_ms(&mut from_final, 990));
    say(format!(
        "latency: {p50_ms} ms, p99 {p99_ms} ms (goal: under {LATENCY_MS_GOAL} ms) from final to the first byte at a \
         waiting client, {} events, {per_s} a second. Final is when the gateway tells a waiting follower of the ledger \
         of the block",
        from_final.len()
    ));
    say(format!(
        "latency, upper bound: {} ms, p99 {} ms from the time in the block, before it is final",
        percentile_ms(&mut from_block, 500),
        percentile_ms(&mut from_block, 990)
    ));
    figures.insert("latency".to_owned(), json!({ "p50_ms": p50_ms, "p99_ms": p99_ms }));
    Ok(figures)
}
