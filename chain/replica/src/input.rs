//! What happens to a replica. Invariant: time, signatures and the disk's answers arrive here and nowhere else.

use chain_types::{Certificate, TimestampMs, VerifiedTransaction};

/// An input of [`crate::Replica::step`].
pub enum Input {
    /// A transaction whose signature was checked.
    Submit(Box<VerifiedTransaction>),
    /// The moment to build a block, if there is anything to put into it and none is under way.
    Propose {
        /// The clock.
        now: TimestampMs,
    },
    /// A quorum signed the block under way.
    Certified(Certificate),
    /// The block under way is durable.
    Persisted,
}
