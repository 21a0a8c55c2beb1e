//! Order statistics and rates of measured samples.

use std::time::Duration;

/// The percentile in milliseconds, with the share of the samples in thousandths.
pub fn percentile_ms(samples: &mut [Duration], permille: usize) -> f64 {
    samples.sort_unstable();
    let at = (samples.len() * permille / 1_000).min(samples.len().saturating_sub(1));
    samples.get(at).map_or(0.0, |sample| round(sample.as_secs_f64() * 1_000.0))
}

/// Rounds to three decimals, which exceeds the accuracy.
pub fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// The rate of a number of items over a duration.
pub fn per_second(count: usize, elapsed: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    let count = count as f64;
    (count / elapsed.as_secs_f64()).round()
}
