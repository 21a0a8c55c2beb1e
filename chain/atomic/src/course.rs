//! What a bundle needs next [P21]. Invariant: a function of what was proved about the bundle and its legs and of the
//! time; each step that it names is one that the ledger would take, given these proofs, in blocks of that time.

use chain_types::{
    TimestampMs,
    atomic::{BundlePhase, LockPhase},
};

/// A leg as its shard's state shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LegView {
    /// Its lock, if there is one.
    pub lock: Option<LockPhase>,
    /// The time of the block that shows it.
    pub time: TimestampMs,
}

/// One step, about a leg by its index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Says no to it, because nobody said yes in time.
    Refuse(u8),
    /// Shows the coordinator what became of it.
    Report(u8),
    /// Applies the decision to it.
    Settle(u8),
}

/// What is to be done about a bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Course {
    /// These, now.
    Go(Vec<Step>),
    /// Nothing until a leg moves or its deadline comes.
    Wait,
    /// Nothing ever again.
    Finished,
}

/// The course of a bundle with this deadline, when the next block of each leg's shard is expected to have at least the
/// time `now`. A step that comes too early is rejected and changes nothing.
///
/// Prepared legs are reported when all are, in one transaction: before that a report decides nothing. Of several legs
/// without a lock one is refused: that aborts. The others need no block of their own: once their shard's time is at the
/// deadline, nobody can lock them.
pub fn course(phase: BundlePhase, deadline: TimestampMs, now: TimestampMs, legs: &[LegView]) -> Course {
    let indexed = || (0_u8..).zip(legs);
    let first = |lock: Option<LockPhase>| indexed().find(|(_, leg)| leg.lock == lock).map(|(index, _)| index);
    match phase {
        BundlePhase::Open { prepared } => {
            if let Some(refused) = first(Some(LockPhase::Refused)) {
                return Course::Go(vec![Step::Report(refused)]);
            }
            if let Some(missing) = first(None) {
                return if now >= deadline { Course::Go(vec![Step::Refuse(missing)]) } else { Course::Wait };
            }
            if legs.iter().any(|leg| leg.lock != Some(LockPhase::Prepared)) {
                return Course::Wait;
            }
            let unreported = indexed().map(|(index, _)| index).filter(|index| prepared >> index & 1 == 0);
            Course::Go(unreported.map(Step::Report).collect())
        }
        BundlePhase::Decided(_) => {
            let held = indexed().filter(|(_, leg)| leg.lock == Some(LockPhase::Prepared));
            let steps: Vec<_> = held.map(|(index, _)| Step::Settle(index)).collect();
            if !steps.is_empty() {
                return Course::Go(steps);
            }
            // An old proof that the bundle was open still lets a debtor lock, up to the deadline.
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
            ("nobody locked yet", open(0), 9, [(None, 0), (None, 0)], Course::Wait),
            ("one of two is prepared", open(0), 9, [(yes, 0), (None, 9)], Course::Wait),
            ("both are prepared", open(0), 0, [(yes, 0), (yes, 0)], report(&[0, 1])),
            ("somebody reported one", open(0b01), 0, [(yes, 0), (yes, 0)], report(&[1])),
            ("one refuses", open(0), 0, [(None, 0), (no, 0)], report(&[1])),
            ("the deadline is there", open(0), 10, [(yes, 0), (None, 9)], Course::Go(vec![Step::Refuse(1)])),
            ("one refusal is enough", open(0), 10, [(None, 0), (None, 0)], Course::Go(vec![Step::Refuse(0)])),
            ("and it is reported", open(0), 10, [(no, 10), (None, 0)], report(&[0])),
            ("prepared in time counts after it", open(0b10), 11, [(yes, 11), (yes, 11)], report(&[0])),
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
