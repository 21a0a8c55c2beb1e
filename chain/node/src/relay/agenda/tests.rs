//! What is due, and when: on notes alone, without a chain.

use super::*;
use chain_types::Digest;

const SHARDS: u16 = 2;
const THERE: ShardId = ShardId(1);

/// What is due now, all of it taken.
fn due(agenda: &mut Agenda) -> Vec<Errand> {
    std::iter::from_fn(|| agenda.next(&BTreeSet::new())).collect()
}

fn at(beacon: u64, clock: u64) -> Agenda {
    let mut notes = Notes::new(SHARDS);
    notes.heights[0] = Height(beacon);
    notes.clocks = vec![Height(beacon), Height(clock)];
    let mut agenda = Agenda::new(notes);
    assert_eq!(due(&mut agenda), [Errand::Way(BEACON_SHARD, THERE), Errand::Way(THERE, BEACON_SHARD)]);
    agenda
}

#[test]
fn a_clock_is_set_when_it_lags_too_far() {
    let mut agenda = at(CLOCK_LAG_MAX, 1);
    agenda.tick(1);
    assert_eq!(due(&mut agenda), []);
    let mut agenda = at(CLOCK_LAG_MAX, 0);
    agenda.tick(1);
    assert_eq!(due(&mut agenda), [Errand::Clock(THERE)]);
}

#[test]
fn a_clock_is_set_when_it_hides_that_a_deadline_has_come() {
    let pending =
        Pending { coordinator: BEACON_SHARD, legs: vec![BEACON_SHARD, THERE], deadline: Height(10), is_decided: true };
    for (beacon, clock, expected) in [(9, 5, false), (10, 5, true), (10, 10, false)] {
        let mut agenda = at(beacon, clock);
        agenda.notes.bundles.insert(BundleId(Digest::ZERO), pending.clone());
        agenda.tick(1);
        assert_eq!(due(&mut agenda).contains(&Errand::Clock(THERE)), expected, "beacon {beacon}, clock {clock}");
    }
}

#[test]
fn an_errand_that_fails_waits_twice_as_long_each_time_up_to_a_limit() {
    let (mut agenda, errand) = (at(0, 0), Errand::Way(THERE, BEACON_SHARD));
    let mut tick = 0;
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, RETRY_TICKS_MAX, RETRY_TICKS_MAX] {
        agenda.take_back(errand, Outcome::Again, tick);
        agenda.tick(tick + wait - 1);
        assert_eq!(due(&mut agenda), [], "after {wait} ticks less one");
        tick += wait;
        agenda.tick(tick);
        assert_eq!(due(&mut agenda), [errand], "after {wait} ticks");
    }
    agenda.take_back(errand, Outcome::Done, tick);
    agenda.tick(tick + RETRY_TICKS_MAX);
    assert_eq!(due(&mut agenda), []);
}

#[test]
fn locks_of_a_finished_bundle_are_forgotten_after_their_grace() {
    let mut agenda = at(0, 0);
    let id = BundleId(Digest::ZERO);
    let legs = vec![BEACON_SHARD, THERE];
    let pending = Pending { coordinator: BEACON_SHARD, legs, deadline: Height(10), is_decided: true };
    agenda.notes.bundles.insert(id, pending);
    agenda.take_back(Errand::Bundle(id), Outcome::Finished { id, locked: vec![(THERE, 1)] }, 0);
    let until = Height(10 + limit::LOCK_GRACE);
    agenda.advance_clock(THERE, Height(until.0 - 1));
    assert_eq!(due(&mut agenda), []);
    agenda.advance_clock(THERE, until);
    assert_eq!(due(&mut agenda), [Errand::Traces(THERE)]);
    assert!(
        matches!(agenda.work(&Errand::Traces(THERE)), Work::Traces(THERE, traces) if traces == [(until, vec![(id, 1)])])
    );
    agenda.take_back(Errand::Traces(THERE), Outcome::Forgotten { shard: THERE, until }, 0);
    assert!(agenda.notes.traces.is_empty());
}
