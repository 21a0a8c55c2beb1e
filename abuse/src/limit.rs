//! The criteria of a withstood attack, as numbers. Invariant: the criteria are the same for all attacks.

use std::time::Duration;

/// The maximum resident memory during an attack, above the idle instance, in MiB.
pub(crate) const MEMORY_ABOVE_IDLE_MIB_MAX: u64 = 1_024;
/// The maximum resident memory after the settle time, as a part of the idle instance.
pub(crate) const MEMORY_AFTER_RATIO_MAX: f64 = 1.10;
/// A rest of memory that is never a fault, in MiB. An idle instance has about 150 MiB. The store's block cache of 64
/// MiB and its write buffers of 16 MiB each fill as records arrive and stay full, so a tenth of that would measure how
/// many records an attack stored.
pub(crate) const MEMORY_AFTER_FLOOR_MIB: u64 = 64;
/// The memory above idle at which the instance is killed, in MiB, before it takes the machine down.
pub(crate) const MEMORY_KILL_MIB: u64 = 3 * 1_024;
/// The maximum 99th percentile of `/livez`, in milliseconds.
pub(crate) const LIVEZ_P99_MS_MAX: f64 = 100.0;
/// The maximum factor between the neighbour's 99th percentile beside an attack and beside an equal tenant.
pub(crate) const NEIGHBOUR_FACTOR_MAX: f64 = 2.0;
/// A difference of the neighbour's 99th percentile that is never a fault, in milliseconds. On two cores that client and
/// server share, one turn of the scheduler or one garbage page write of the disk takes that long; nobody sees it.
pub(crate) const NEIGHBOUR_FLOOR_MS: f64 = 20.0;
/// The same in the short form, where an attack lasts for 25 requests of the neighbour, whose 99th percentile is the
/// slowest of them.
pub(crate) const NEIGHBOUR_FLOOR_OF_FEW_MS: f64 = 60.0;
/// The 99th percentile beside an ordinary load above which a used instance is replaced, in milliseconds. Twice a large
/// figure would permit anything.
pub(crate) const EQUAL_P99_MS_MAX: f64 = 100.0;
/// The maximum growth of the log during an attack, in bytes: about 400 lines, half of the refusals that one address
/// gets in the full form before its credentials are refused unread.
pub(crate) const LOG_BYTES_MAX: u64 = 64 * 1_024;
/// The time limit of a start or a stop of the instance.
pub(crate) const START_PATIENCE: Duration = Duration::from_mins(2);

/// The sizes of one form of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// The length of an attack that repeats itself.
    pub(crate) duration: Duration,
    /// The length of the ordinary load that gives the neighbour's measure.
    pub(crate) baseline: Duration,
    /// See [`NEIGHBOUR_FLOOR_MS`].
    pub(crate) neighbour_floor_ms: f64,
    /// Documents of 1,000 events that fill the store's caches and buffers before memory is measured.
    pub(crate) warm_up: u32,
    /// The time within which memory must have returned.
    pub(crate) settle: Duration,
    /// The time limit of the whole run; attacks that were not reached count as not withstood.
    pub(crate) total: Duration,
    pub(crate) has_long_attacks: bool,
}

/// The full form.
pub(crate) const FULL: Form = Form {
    duration: Duration::from_secs(6),
    baseline: Duration::from_secs(10),
    neighbour_floor_ms: NEIGHBOUR_FLOOR_MS,
    warm_up: 60,
    settle: Duration::from_mins(1),
    total: Duration::from_mins(30),
    has_long_attacks: true,
};

/// The short form, for `make test`.
pub(crate) const QUICK: Form = Form {
    duration: Duration::from_millis(500),
    baseline: Duration::from_secs(4),
    neighbour_floor_ms: NEIGHBOUR_FLOOR_OF_FEW_MS,
    warm_up: 4,
    settle: Duration::from_secs(5),
    total: Duration::from_mins(2),
    has_long_attacks: false,
};

/// The neighbour's highest permitted 99th percentile, in milliseconds, given its measure beside an equal tenant.
pub(crate) fn neighbour_p99_ms_max(equal_ms: f64, form: &Form) -> f64 {
    (equal_ms * NEIGHBOUR_FACTOR_MAX).max(equal_ms + form.neighbour_floor_ms)
}

/// The highest permitted resident memory after the settle time, in MiB.
pub(crate) fn memory_after_mib_max(idle_mib: u64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "MiB are small"
    )]
    let tenth = (idle_mib as f64 * MEMORY_AFTER_RATIO_MAX) as u64;
    tenth.max(idle_mib + MEMORY_AFTER_FLOOR_MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_matter_only_for_small_figures() {
        assert!((neighbour_p99_ms_max(1.0, &FULL) - 21.0).abs() < 1e-9);
        assert!((neighbour_p99_ms_max(50.0, &FULL) - 100.0).abs() < 1e-9);
        assert!((neighbour_p99_ms_max(1.0, &QUICK) - 61.0).abs() < 1e-9);
        assert_eq!(memory_after_mib_max(100), 164);
        assert_eq!(memory_after_mib_max(1_000), 1_100);
    }
}
