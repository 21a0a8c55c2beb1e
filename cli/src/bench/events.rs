//! Measures how events reach those who wait: the rate of deliveries to a webhook, the memory of idle streams, and the
//! latency from final to the first byte at a client. Invariant: each figure is from an instance of its own, and every
//! receiver was served to the end.

mod latency;
mod stream;
mod webhook;

use super::statistics::{percentile_ms, round};
use serde::Serialize;

/// The goal for the deliveries to one webhook, per second.
const WEBHOOK_PER_S_GOAL: u32 = 1_000;
/// The goal for the memory of all idle streams, in MB.
const STREAM_MB_GOAL: u64 = 500;
/// The goal for the latency of 99 of 100 events, in milliseconds.
const LATENCY_MS_GOAL: u64 = 50;

/// The figures, in the order in which they are printed.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    webhook: Webhook,
    stream: Stream,
    latency: Latency,
}

#[derive(Clone, Debug, Serialize)]
struct Webhook {
    deliveries_per_s: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Stream {
    clients: u32,
    /// The resident memory that the clients add, in MB.
    rss_mb: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Latency {
    p50_ms: f64,
    p99_ms: f64,
}

/// Measures in turn. `say` gets a line of text for each figure, with its goal.
pub async fn measure(quick: bool, say: impl Fn(String)) -> anyhow::Result<Figures> {
    let delivered = webhook::measure(quick).await?;
    let webhook::Delivered { per_s, bound_per_s, events, items, elapsed, repeated } = delivered;
    say(format!(
        "webhook: {per_s} deliveries a second to one endpoint on loopback (goal: {WEBHOOK_PER_S_GOAL}), {events} \
         events of {items} items in {:.1} s, {repeated} repeated. Bound: {bound_per_s} a second, ratio {}: the same \
         requests by the same client without queue and database",
        elapsed.as_secs_f64(),
        round(per_s / bound_per_s)
    ));

    let stream::Idle { clients, alone_mb, added_mb } = stream::measure(quick).await?;
    say(format!(
        "stream: {clients} idle clients of server-sent events add {added_mb} MB to the {alone_mb} MB of the process \
         (goal: under {STREAM_MB_GOAL} MB for 5,000)"
    ));

    let latency::Measured { mut from_final, mut from_block, per_s: captured_per_s } = latency::measure(quick).await?;
    let (p50_ms, p99_ms) = (percentile_ms(&mut from_final, 500), percentile_ms(&mut from_final, 990));
    say(format!(
        "latency: {p50_ms} ms, p99 {p99_ms} ms (goal: under {LATENCY_MS_GOAL} ms) from final to the first byte at a \
         waiting client, {} events, {captured_per_s} a second. Final is when the gateway tells a waiting follower of \
         the ledger of the block",
        from_final.len()
    ));
    say(format!(
        "latency, upper bound: {} ms, p99 {} ms from the time in the block, before it is final",
        percentile_ms(&mut from_block, 500),
        percentile_ms(&mut from_block, 990)
    ));
    Ok(Figures {
        webhook: Webhook { deliveries_per_s: per_s },
        stream: Stream { clients, rss_mb: added_mb },
        latency: Latency { p50_ms, p99_ms },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_are_in_their_order() {
        let figures = Figures {
            webhook: Webhook { deliveries_per_s: 1.0 },
            stream: Stream { clients: 2, rss_mb: 3 },
            latency: Latency { p50_ms: 4.0, p99_ms: 5.0 },
        };
        assert_eq!(
            serde_json::to_string(&figures).expect("JSON"),
            r#"{"webhook":{"deliveries_per_s":1.0},"stream":{"clients":2,"rss_mb":3},"latency":{"p50_ms":4.0,"p99_ms":5.0}}"#
        );
    }
}
