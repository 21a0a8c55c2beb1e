//! Mutants of this crate: deliberately broken variants that tests must detect, see [`chain_types::mutant`]. Invariant:
//! a build without `--cfg waymark_mutants` contains no mutant.

pub use chain_types::mutant::{Mutant, is};

/// A message takes effect on every delivery.
pub const DELIVER_TWICE: Mutant = "deliver-twice";
/// A message takes effect before the one before it did.
pub const DELIVER_OUT_OF_ORDER: Mutant = "deliver-out-of-order";
/// An acknowledgement of one message removes all messages from the outbox.
pub const ACKNOWLEDGE_EARLY: Mutant = "acknowledge-early";
/// The first prepared leg commits the bundle.
pub const COMMIT_EARLY: Mutant = "commit-early";
/// A decided bundle can be decided again.
pub const DECIDE_TWICE: Mutant = "decide-twice";
/// A settled leg can be settled again.
pub const SETTLE_TWICE: Mutant = "settle-twice";
/// A locked leg can be locked again.
pub const LOCK_TWICE: Mutant = "lock-twice";
/// A leg can be locked after its deadline.
pub const LOCK_LATE: Mutant = "lock-late";
/// Any tenant can refuse a leg before its deadline.
pub const REFUSE_EARLY: Mutant = "refuse-early";
/// A lock's record can be removed before its grace period is over.
pub const FORGET_EARLY: Mutant = "forget-early";

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
