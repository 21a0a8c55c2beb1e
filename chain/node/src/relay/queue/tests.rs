//! Tests of the times at which relay tasks become due, on progress alone without a chain.

use super::*;
use chain_types::Digest;

const SHARDS: u16 = 2;
const HERE: ShardId = ShardId(0);
const THERE: ShardId = ShardId(1);
const ID: BundleId = BundleId(Digest::ZERO);
const OTHER: BundleId = BundleId(Digest([1; 32]));
const DEADLINE: TimestampMs = TimestampMs(10_000);

/// Takes all tasks that are due now.
fn due(queue: &mut RelayQueue) -> Vec<RelayTask> {
    std::iter::from_fn(|| queue.next(&BTreeSet::new())).collect()
}

fn queue_at(now: u64) -> RelayQueue {
    let mut queue = RelayQueue::new(Progress::new(SHARDS), TimestampMs(now));
    let (there, back) = (RelayTask::Messages(HERE, THERE), RelayTask::Messages(THERE, HERE));
    assert_eq!(
        due(&mut queue),
        [there, back, RelayTask::Traces(HERE), RelayTask::Traces(THERE)],
        "every task is due once at the start"
    );
    queue
}

fn pending(is_decided: bool) -> Pending {
    Pending { coordinator: HERE, legs: vec![HERE, THERE], deadline: DEADLINE, is_decided }
}

/// The tasks that become due at a time, with one tick.
fn due_at(queue: &mut RelayQueue, now: u64) -> Vec<RelayTask> {
    queue.tick(1, TimestampMs(now));
    due(queue)
}

#[test]
fn an_undecided_bundle_is_due_once_at_its_deadline() {
    let mut queue = queue_at(0);
    queue.progress.bundles.insert(ID, pending(false));
    assert_eq!(due_at(&mut queue, DEADLINE.0 - 1), []);
    assert_eq!(due_at(&mut queue, DEADLINE.0), [RelayTask::Bundle(ID)]);
    assert_eq!(due_at(&mut queue, DEADLINE.0 + 1_000), []);
    assert_eq!(due_at(&mut queue, DEADLINE.0 - 1), [], "the clock is set back");
    assert_eq!(due_at(&mut queue, DEADLINE.0 + 1), [RelayTask::Bundle(ID)], "the clock passes the deadline again");
}

#[test]
fn a_decided_bundle_is_due_when_block_time_on_a_leg_passes_its_deadline() {
    let mut queue = queue_at(0);
    queue.progress.bundles.insert(ID, pending(true));
    assert_eq!(due_at(&mut queue, DEADLINE.0 + 5), [], "the clock alone does not move block time");
    let elsewhere = ShardId(7);
    for (shard, time, expected) in [
        (elsewhere, DEADLINE.0, &[][..]),
        (THERE, DEADLINE.0 - 1, &[]),
        (THERE, DEADLINE.0, &[RelayTask::Bundle(ID)]),
        (THERE, DEADLINE.0 + 1, &[]),
        (HERE, DEADLINE.0 + 1, &[RelayTask::Bundle(ID)]),
    ] {
        queue.observe_time(shard, TimestampMs(time));
        assert_eq!(due(&mut queue), expected, "shard {shard} at {time}");
    }
}

#[test]
fn the_retry_wait_of_a_task_doubles_up_to_a_limit() {
    let (mut queue, task) = (queue_at(0), RelayTask::Messages(THERE, HERE));
    let mut tick = 0;
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, RETRY_TICKS_MAX, RETRY_TICKS_MAX] {
        queue.finish(task, Outcome::Again, tick);
        queue.tick(tick + wait - 1, TimestampMs(0));
        assert_eq!(due(&mut queue), [], "after {wait} ticks less one");
        tick += wait;
        queue.tick(tick, TimestampMs(0));
        assert_eq!(due(&mut queue), [task], "after {wait} ticks");
    }
    queue.finish(task, Outcome::Done, tick);
    queue.tick(tick + RETRY_TICKS_MAX, TimestampMs(0));
    assert_eq!(due(&mut queue), []);
}

#[test]
fn locks_of_a_finished_bundle_are_forgotten_after_the_grace_period() {
    let mut queue = queue_at(0);
    queue.progress.bundles.insert(ID, pending(true));
    queue.finish(RelayTask::Bundle(ID), Outcome::Finished { id: ID, locked: vec![(THERE, 1)] }, 0);
    let until = TimestampMs(DEADLINE.0 + limit::LOCK_GRACE_MS);
    assert_eq!(due_at(&mut queue, until.0 - 1), []);
    assert_eq!(due_at(&mut queue, until.0), [RelayTask::Traces(THERE)]);
    let TaskInput::Traces(THERE, traces) = queue.work(&RelayTask::Traces(THERE)) else {
        panic!("the locks are due to be forgotten")
    };
    assert_eq!(traces, [(until, vec![(ID, 1)])]);
    queue.progress.traces.entry((THERE, until)).or_default().push((OTHER, 0));
    queue.finish(RelayTask::Traces(THERE), Outcome::Forgotten(THERE, traces), 0);
    assert_eq!(
        queue.progress.traces,
        BTreeMap::from([((THERE, until), vec![(OTHER, 0)])]),
        "a lock added meanwhile stays"
    );
    assert_eq!(due_at(&mut queue, u64::MAX), []);
}

#[test]
fn locks_of_a_bundle_finished_late_are_forgotten_at_once() {
    let mut queue = queue_at(DEADLINE.0 + limit::LOCK_GRACE_MS);
    queue.progress.bundles.insert(ID, pending(true));
    queue.finish(RelayTask::Bundle(ID), Outcome::Finished { id: ID, locked: vec![(HERE, 0), (THERE, 1)] }, 0);
    assert_eq!(due(&mut queue), [RelayTask::Traces(HERE), RelayTask::Traces(THERE)]);
}
