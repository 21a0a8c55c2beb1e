//! Tests of the submitter's statistics and write marks. Invariant: no node and no database is started.

use super::{finality::*, write_mark::WriteMarks, *};
use crate::{auth::credential::Mode, budget::Sharer, tenant_id::TenantId};
use uuid::Uuid;

#[test]
fn percentiles_are_of_the_newest_samples_and_memory_is_fixed() {
    let meter = FinalityMeter::default();
    assert_eq!(meter.summary(), None);
    for _ in 0..SAMPLES_MAX {
        meter.observe(1_000_000);
    }
    for us in 1..=1_000 {
        meter.observe(us * 1_000);
    }
    let summary = meter.summary().expect("samples");
    assert_eq!((summary.p50_ms, summary.p99_ms), (500.0, 990.0));
    assert_eq!((summary.samples, summary.count), (SAMPLES_MAX, 2_000));
}

#[test]
fn a_write_mark_never_decreases() {
    let marks = WriteMarks::default();
    let tenant = TenantId(Uuid::from_u128(1));
    for (height, expected) in [(3, 3), (2, 3), (5, 5)] {
        marks.set(tenant, ShardId(1), Height(height));
        assert_eq!(marks.get(tenant), Some((ShardId(1), Height(expected))));
    }
    assert_eq!(marks.get(TenantId(Uuid::from_u128(2))), None);
}

#[test]
fn undecided_writes_are_shared() {
    let sharer = |number| Sharer::tenant(TenantId(Uuid::from_u128(number)), Mode::Live);
    let in_flight = Fair::new("undecided writes", Limits::of(IN_FLIGHT_KIB_MAX, ADOPT_WAIT));
    let half = in_flight.try_acquire(sharer(1), IN_FLIGHT_KIB_MAX / 2).expect("the share of one tenant");
    assert!(matches!(in_flight.try_acquire(sharer(1), 1), Err(Refused::Share(_))));
    let rest = in_flight.try_acquire(sharer(2), IN_FLIGHT_KIB_MAX / 2).expect("another tenant has as much");
    assert!(matches!(in_flight.try_acquire(sharer(3), 1), Err(Refused::Full(_))));
    drop((half, rest));
}
