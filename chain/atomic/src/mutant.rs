//! Named mutants of what crosses shards, see [`chain_types::mutant`]. Invariant: without `--cfg waymark_mutants` they
//! are only names.

pub use chain_types::mutant::{Mutant, is};

/// A message takes effect as often as it is delivered.
pub const DELIVER_TWICE: Mutant = "deliver-twice";
/// A message takes effect before the one before it.
pub const DELIVER_OUT_OF_ORDER: Mutant = "deliver-out-of-order";
/// All messages leave the outbox when one arrived.
pub const ACKNOWLEDGE_EARLY: Mutant = "acknowledge-early";
/// The first prepared leg commits.
pub const COMMIT_EARLY: Mutant = "commit-early";
/// A decided bundle is decided again.
pub const DECIDE_TWICE: Mutant = "decide-twice";
/// A settled leg is settled again.
pub const SETTLE_TWICE: Mutant = "settle-twice";
/// A locked leg is locked again.
pub const LOCK_TWICE: Mutant = "lock-twice";
/// A leg is locked after its deadline.
pub const LOCK_LATE: Mutant = "lock-late";
/// Somebody other than the debtor refuses a leg before its deadline.
pub const REFUSE_EARLY: Mutant = "refuse-early";
/// The trace of a lock goes before its grace is over.
pub const FORGET_EARLY: Mutant = "forget-early";

/// All of them.
pub const ALL: &[Mutant] = &[
    DELIVER_TWICE,
    DELIVER_OUT_OF_ORDER,
    ACKNOWLEDGE_EARLY,
    COMMIT_EARLY,
    DECIDE_TWICE,
    SETTLE_TWICE,
    LOCK_TWICE,
    LOCK_LATE,
    REFUSE_EARLY,
    FORGET_EARLY,
];
