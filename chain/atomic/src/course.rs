//! What a bundle needs next [P21]. Invariant: a function of what was proved about the bundle and its legs; each step
//! that it names is one that the ledger would take at the block of those proofs.

use chain_types::{
    Height,
    atomic::{BundlePhase, LockPhase},
};

/// A leg as its shard's state shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LegView {
    /// Its lock, if there is one.
    pub lock: Option<LockPhase>,
    /// The beacon clock of its shard under the same header.
    pub clock: Height,
}

/// One step, about a leg by its index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Shows the coordinator what became of it.
    Report(u8),
    /// Shows the coordinator that it was not locked in time.
    Expire(u8),
    /// Applies the decision to it.
    Settle(u8),
}

/// What is to be done about a bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Course {
    /// These, now.
    Go(Vec<Step>),
    /// Nothing until a leg or a clock moves.
    Wait,
    /// Nothing ever again.
    Finished,
}

/// The course of a bundle with this deadline.
///
/// Prepared legs are reported when all are, in one transaction: before that a report decides nothing.
pub fn course(phase: BundlePhase, deadline: Height, legs: &[LegView]) -> Course {
    let expired = |leg: &LegView| leg.lock.is_none() && leg.clock >= deadline;
    let indexed = || (0_u8..).zip(legs);
    match phase {
        BundlePhase::Open { prepared } => {
            let refused = indexed().find(|(_, leg)| leg.lock == Some(LockPhase::Refused));
            let missing = indexed().find(|(_, leg)| expired(leg));
            if let Some((index, _)) = refused {
                return Course::Go(vec![Step::Report(index)]);
            }
            if let Some((index, _)) = missing {
                return Course::Go(vec![Step::Expire(index)]);
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
            let is_finished = legs.iter().all(|leg| leg.lock.is_some() || expired(leg));
            if is_finished { Course::Finished } else { Course::Wait }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::atomic::Decision;

    const DEADLINE: Height = Height(10);

    fn legs(locks: [(Option<LockPhase>, u64); 2]) -> Vec<LegView> {
        locks.map(|(lock, clock)| LegView { lock, clock: Height(clock) }).to_vec()
    }

    #[test]
    fn each_state_of_two_legs_has_its_course() {
        use LockPhase::{Prepared, Refused, Settled};
        let open = |prepared| BundlePhase::Open { prepared };
        let (commit, abort) = (BundlePhase::Decided(Decision::Commit), BundlePhase::Decided(Decision::Abort));
        let settled = Some(Settled(Decision::Commit));
        let cases = [
            ("nobody locked yet", open(0), [(None, 0), (None, 0)], Course::Wait),
            ("one of two is prepared", open(0), [(Some(Prepared), 0), (None, 9)], Course::Wait),
            (
                "both are prepared",
                open(0),
                [(Some(Prepared), 0), (Some(Prepared), 0)],
                Course::Go(vec![Step::Report(0), Step::Report(1)]),
            ),
            (
                "somebody reported one",
                open(0b01),
                [(Some(Prepared), 0), (Some(Prepared), 0)],
                Course::Go(vec![Step::Report(1)]),
            ),
            ("one refuses", open(0), [(None, 0), (Some(Refused), 0)], Course::Go(vec![Step::Report(1)])),
            ("the deadline is there", open(0), [(Some(Prepared), 10), (None, 10)], Course::Go(vec![Step::Expire(1)])),
            (
                "prepared before the deadline counts after it",
                open(0b10),
                [(Some(Prepared), 11), (Some(Prepared), 11)],
                Course::Go(vec![Step::Report(0)]),
            ),
            (
                "committed",
                commit,
                [(Some(Prepared), 0), (Some(Prepared), 0)],
                Course::Go(vec![Step::Settle(0), Step::Settle(1)]),
            ),
            ("half settled", commit, [(settled, 0), (Some(Prepared), 0)], Course::Go(vec![Step::Settle(1)])),
            ("settled", commit, [(settled, 0), (settled, 0)], Course::Finished),
            ("a debtor may still lock", abort, [(Some(Refused), 9), (None, 9)], Course::Wait),
            ("a debtor is too late", abort, [(Some(Refused), 9), (None, 10)], Course::Finished),
        ];
        for (story, phase, locks, expected) in cases {
            assert_eq!(course(phase, DEADLINE, &legs(locks)), expected, "{story}");
        }
    }
}
