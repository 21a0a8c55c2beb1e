//! Order statistics of latencies.

use std::time::Duration;

/// The value below which a share (0 to 1, in thousandths) of the samples lies, in milliseconds.
pub fn percentile_ms(samples: &mut [Duration], permille: usize) -> f64 {
    samples.sort_unstable();
    let at = (samples.len() * permille / 1_000).min(samples.len().saturating_sub(1));
    samples.get(at).map_or(0.0, |sample| round(sample.as_secs_f64() * 1_000.0))
}

/// A figure with three decimals, which is more than it is worth.
pub fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// A rate per second.
pub fn per_second(count: usize, elapsed: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    let count = count as f64;
    (count / elapsed.as_secs_f64()).round()
}
