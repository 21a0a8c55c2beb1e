//! What happens to a replica. Invariant: time, signatures, peers' messages and the disk's answers arrive here and
//! nowhere else.

use crate::Message;
use chain_types::{PublicKey, SignedVote, TimestampMs, VerifiedTransaction};

/// An input of [`crate::Replica::step`].
pub enum Input {
    /// Time passed: the moment to build a block, to give up a view, to say again what may have been lost.
    Tick {
        /// The clock.
        now: TimestampMs,
    },
    /// A transaction whose signature was checked.
    Submit {
        /// The transaction.
        transaction: Box<VerifiedTransaction>,
        /// Whether it came in here, and not from a peer: then this replica tells the others.
        is_local: bool,
    },
    /// The vote that [`crate::Effect::Sign`] asked for is durable and signed.
    Signed(SignedVote),
    /// The block under way is durable.
    Persisted,
    /// A peer said something. Whatever it claims is checked.
    Message {
        /// Who.
        from: PublicKey,
        /// What.
        message: Box<Message>,
    },
}
