//! Percentiles of the time from acceptance to finality, over the newest operations. Invariant: at most [`SAMPLES_MAX`]
//! samples are kept, so the memory is bounded.

use std::sync::{Mutex, PoisonError};

/// The number of operations that the percentiles cover.
pub(super) const SAMPLES_MAX: usize = 1_000;

/// Percentiles of the time from acceptance to finality.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FinalitySummary {
    /// The median, in milliseconds.
    pub p50_ms: f64,
    /// The 99th percentile, in milliseconds.
    pub p99_ms: f64,
    /// The number of operations that the percentiles cover, at most 1,000.
    pub samples: usize,
    /// The number of operations since this process started.
    pub count: u64,
}

/// A ring buffer of the newest samples; `next` is the index of the oldest once it is full.
#[derive(Default)]
struct Ring {
    samples_us: Vec<i64>,
    next: usize,
    count: u64,
}

/// Collects samples and summarises them.
#[derive(Default)]
pub(super) struct FinalityMeter(Mutex<Ring>);

impl FinalityMeter {
    /// Adds a sample, in microseconds.
    pub(super) fn observe(&self, took_us: i64) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.count += 1;
        let next = ring.next;
        if ring.samples_us.len() < SAMPLES_MAX {
            ring.samples_us.push(took_us);
        } else if let Some(oldest) = ring.samples_us.get_mut(next) {
            *oldest = took_us;
        }
        ring.next = (next + 1) % SAMPLES_MAX;
    }

    /// The statistics; `None` before the first sample.
    pub(super) fn summary(&self) -> Option<FinalitySummary> {
        let (mut samples, count) = {
            let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            (ring.samples_us.clone(), ring.count)
        };
        samples.sort_unstable();
        Some(FinalitySummary {
            p50_ms: percentile_ms(&samples, 50)?,
            p99_ms: percentile_ms(&samples, 99)?,
            samples: samples.len(),
            count,
        })
    }
}

/// The nearest-rank percentile of ascending samples.
#[allow(clippy::cast_precision_loss, reason = "a span of microseconds below 2^53 is exact")]
fn percentile_ms(samples_us: &[i64], percent: usize) -> Option<f64> {
    let rank = (samples_us.len() * percent).div_ceil(100).max(1);
    samples_us.get(rank - 1).map(|us| *us as f64 / 1_000.0)
}
