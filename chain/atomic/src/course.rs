//! Computes a relayer's next action for a bundle (atomic transaction across shards) [P21, bundles]. Invariant: the
//! action depends on nothing but the arguments: proved phases, the deadline and the time.

use chain_types::{
    TimestampMs,
    atomic::{BundlePhase, LockPhase},
};

/// A leg's state on its shard, as a proof shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LegView {
    /// The phase of its lock; `None` when it has no lock.
    pub lock: Option<LockPhase>,
    /// The time of the block that the proof is from.
    pub time: TimestampMs,
}

/// One step, with the index of its leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Refuses the leg, because its debtor did not answer before the deadline.
    Refuse(u8),
    /// Reports the leg's lock to the coordinator.
    Report(u8),
    /// Settles the leg by the coordinator's decision.
    Settle(u8),
}

/// The next action of a relayer for a bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Course {
    /// Submit these steps now; see [`course`] for the case without steps.
    Go(Vec<Step>),
    /// Nothing until a leg's state changes or the deadline passes.
    Wait,
    /// Nothing more, ever.
    Finished,
}

/// The next action for a bundle with this deadline, given the proved phase and the proved state of each leg. `now` is
/// the least time that the next block of each leg's shard is expected to have. The ledger checks each step again: a
/// step from outdated facts, or a refusal in a block before the deadline, is rejected and changes nothing.
///
/// Prepared legs are reported together in one transaction once all are prepared: a partial report decides nothing. Of
/// several legs without a lock only one is refused, because one refusal aborts. The others need no block of their own:
/// once their shard's time is at the deadline, they cannot be locked any more.
///
/// An open bundle with all bits of `prepared` set gives no steps ([`Course::Go`] of an empty list). No ledger has such
/// a bundle: the coordinator commits in the step that would set the last bit.
pub fn course(phase: BundlePhase, deadline: TimestampMs, now: TimestampMs, legs: &[LegView]) -> Course {
    let indexed = || (0_u8..).zip(legs);
    let first_with = |lock: Option<LockPhase>| indexed().find(|(_, leg)| leg.lock == lock).map(|(index, _)| index);
    match phase {
        BundlePhase::Open { prepared } => {
            if let Some(refused) = first_with(Some(LockPhase::Refused)) {
                return Course::Go(vec![Step::Report(refused)]);
            }
            if let Some(missing) = first_with(None) {
                return if now >= deadline { Course::Go(vec![Step::Refuse(missing)]) } else { Course::Wait };
            }
            if legs.iter().any(|leg| leg.lock != Some(LockPhase::Prepared)) {
                return Course::Wait;
            }
            let unreported = indexed().map(|(index, _)| index).filter(|index| prepared >> index & 1 == 0);
            Course::Go(unreported.map(Step::Report).collect())
        }
        BundlePhase::Decided(_) => {
            let in_escrow = indexed().filter(|(_, leg)| leg.lock == Some(LockPhase::Prepared));
            let steps: Vec<_> = in_escrow.map(|(index, _)| Step::Settle(index)).collect();
            if !steps.is_empty() {
                return Course::Go(steps);
            }
            // A debtor can still lock with an old proof that the bundle was open, until the deadline.
            let is_finished = legs.iter().all(|leg| leg.lock.is_some() || leg.time >= deadline);
            if is_finished { Course::Finished } else { Course::Wait }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::atomic::Decision;

    const DEADLINE: TimestampMs = TimestampMs(10);

    fn legs(locks: [(Option<LockPhase>, u64); 2]) -> Vec<LegView> {
        locks.map(|(lock, time)| LegView { lock, time: TimestampMs(time) }).to_vec()
    }

    #[test]
    fn each_state_of_two_legs_has_its_course() {
        use LockPhase::{Prepared, Refused, Settled};
        let open = |prepared| BundlePhase::Open { prepared };
        let (commit, abort) = (BundlePhase::Decided(Decision::Commit), BundlePhase::Decided(Decision::Abort));
        let (yes, no, settled) = (Some(Prepared), Some(Refused), Some(Settled(Decision::Commit)));
        let report = |legs: &[u8]| Course::Go(legs.iter().copied().map(Step::Report).collect());
        let settle = |legs: &[u8]| Course::Go(legs.iter().copied().map(Step::Settle).collect());
        let cases = [
            ("no leg is locked", open(0), 9, [(None, 0), (None, 0)], Course::Wait),
            ("one of two is prepared", open(0), 9, [(yes, 0), (None, 9)], Course::Wait),
            ("both are prepared", open(0), 0, [(yes, 0), (yes, 0)], report(&[0, 1])),
            ("one is reported already", open(0b01), 0, [(yes, 0), (yes, 0)], report(&[1])),
            ("one is refused", open(0), 0, [(None, 0), (no, 0)], report(&[1])),
            ("the deadline is reached", open(0), 10, [(yes, 0), (None, 9)], Course::Go(vec![Step::Refuse(1)])),
            ("one refusal is enough", open(0), 10, [(None, 0), (None, 0)], Course::Go(vec![Step::Refuse(0)])),
            ("the refusal is reported", open(0), 10, [(no, 10), (None, 0)], report(&[0])),
            ("a lock in time counts after the deadline", open(0b10), 11, [(yes, 11), (yes, 11)], report(&[0])),
            ("committed", commit, 0, [(yes, 0), (yes, 0)], settle(&[0, 1])),
            ("half settled", commit, 0, [(settled, 0), (yes, 0)], settle(&[1])),
            ("settled", commit, 0, [(settled, 0), (settled, 0)], Course::Finished),
            ("settled and forgotten", commit, 99, [(None, 99), (None, 99)], Course::Finished),
            ("a debtor may still lock", abort, 99, [(no, 9), (None, 9)], Course::Wait),
            ("a debtor is too late", abort, 99, [(no, 9), (None, 10)], Course::Finished),
        ];
        for (story, phase, now, locks, expected) in cases {
            assert_eq!(course(phase, DEADLINE, TimestampMs(now), &legs(locks)), expected, "{story}");
        }
    }
}
