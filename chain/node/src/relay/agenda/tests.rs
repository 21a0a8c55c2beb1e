//! What is due, and when: on notes alone, without a chain.

use super::*;
use chain_types::Digest;

const SHARDS: u16 = 2;
const HERE: ShardId = ShardId(0);
const THERE: ShardId = ShardId(1);
const ID: BundleId = BundleId(Digest::ZERO);
const OTHER: BundleId = BundleId(Digest([1; 32]));
const DEADLINE: TimestampMs = TimestampMs(10_000);

/// What is due now, all of it taken.
fn due(agenda: &mut Agenda) -> Vec<Errand> {
    std::iter::from_fn(|| agenda.next(&BTreeSet::new())).collect()
}

fn at(now: u64) -> Agenda {
    let mut agenda = Agenda::new(Notes::new(SHARDS), TimestampMs(now));
    let (there, back) = (Errand::Way(HERE, THERE), Errand::Way(THERE, HERE));
    assert_eq!(due(&mut agenda), [there, back, Errand::Traces(HERE), Errand::Traces(THERE)], "a look at all, once");
    agenda
}

fn pending(is_decided: bool) -> Pending {
    Pending { coordinator: HERE, legs: vec![HERE, THERE], deadline: DEADLINE, is_decided }
}

/// What becomes due when the time comes, tick by tick.
fn due_at(agenda: &mut Agenda, now: u64) -> Vec<Errand> {
    agenda.tick(1, TimestampMs(now));
    due(agenda)
}

#[test]
fn an_undecided_bundle_is_due_when_its_deadline_comes_and_then_no_more() {
    let mut agenda = at(0);
    agenda.notes.bundles.insert(ID, pending(false));
    assert_eq!(due_at(&mut agenda, DEADLINE.0 - 1), []);
    assert_eq!(due_at(&mut agenda, DEADLINE.0), [Errand::Bundle(ID)]);
    assert_eq!(due_at(&mut agenda, DEADLINE.0 + 1_000), []);
    assert_eq!(due_at(&mut agenda, DEADLINE.0 - 1), [], "a clock that is set back");
    assert_eq!(due_at(&mut agenda, DEADLINE.0 + 1), [Errand::Bundle(ID)], "passes it again");
}

#[test]
fn a_decided_bundle_is_due_when_the_blocks_of_a_leg_pass_its_deadline() {
    let mut agenda = at(0);
    agenda.notes.bundles.insert(ID, pending(true));
    assert_eq!(due_at(&mut agenda, DEADLINE.0 + 5), [], "the clock alone says nothing about blocks");
    let elsewhere = ShardId(7);
    for (shard, time, expected) in [
        (elsewhere, DEADLINE.0, &[][..]),
        (THERE, DEADLINE.0 - 1, &[]),
        (THERE, DEADLINE.0, &[Errand::Bundle(ID)]),
        (THERE, DEADLINE.0 + 1, &[]),
        (HERE, DEADLINE.0 + 1, &[Errand::Bundle(ID)]),
    ] {
        agenda.pass(shard, TimestampMs(time));
        assert_eq!(due(&mut agenda), expected, "shard {shard} at {time}");
    }
}

#[test]
fn an_errand_that_fails_waits_twice_as_long_each_time_up_to_a_limit() {
    let (mut agenda, errand) = (at(0), Errand::Way(THERE, HERE));
    let mut tick = 0;
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, RETRY_TICKS_MAX, RETRY_TICKS_MAX] {
        agenda.take_back(errand, Outcome::Again, tick);
        agenda.tick(tick + wait - 1, TimestampMs(0));
        assert_eq!(due(&mut agenda), [], "after {wait} ticks less one");
        tick += wait;
        agenda.tick(tick, TimestampMs(0));
        assert_eq!(due(&mut agenda), [errand], "after {wait} ticks");
    }
    agenda.take_back(errand, Outcome::Done, tick);
    agenda.tick(tick + RETRY_TICKS_MAX, TimestampMs(0));
    assert_eq!(due(&mut agenda), []);
}

#[test]
fn locks_of_a_finished_bundle_are_forgotten_after_their_grace_and_then_nothing_is_due() {
    let mut agenda = at(0);
    agenda.notes.bundles.insert(ID, pending(true));
    agenda.take_back(Errand::Bundle(ID), Outcome::Finished { id: ID, locked: vec![(THERE, 1)] }, 0);
    let until = TimestampMs(DEADLINE.0 + limit::LOCK_GRACE_MS);
    assert_eq!(due_at(&mut agenda, until.0 - 1), []);
    assert_eq!(due_at(&mut agenda, until.0), [Errand::Traces(THERE)]);
    let Work::Traces(THERE, traces) = agenda.work(&Errand::Traces(THERE)) else { panic!("traces are to be forgotten") };
    assert_eq!(traces, [(until, vec![(ID, 1)])]);
    agenda.notes.traces.entry((THERE, until)).or_default().push((OTHER, 0));
    agenda.take_back(Errand::Traces(THERE), Outcome::Forgotten(THERE, traces), 0);
    assert_eq!(agenda.notes.traces, BTreeMap::from([((THERE, until), vec![(OTHER, 0)])]), "what came meanwhile stays");
    assert_eq!(due_at(&mut agenda, u64::MAX), []);
}

#[test]
fn a_bundle_that_is_finished_long_after_its_deadline_is_forgotten_at_once() {
    let mut agenda = at(DEADLINE.0 + limit::LOCK_GRACE_MS);
    agenda.notes.bundles.insert(ID, pending(true));
    agenda.take_back(Errand::Bundle(ID), Outcome::Finished { id: ID, locked: vec![(HERE, 0), (THERE, 1)] }, 0);
    assert_eq!(due(&mut agenda), [Errand::Traces(HERE), Errand::Traces(THERE)]);
}
