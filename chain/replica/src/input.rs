//! The inputs of a replica. Invariant: time, signatures, peers' messages and the disk's answers arrive here and nowhere
//! else.

use crate::Message;
use chain_types::{Moment, PublicKey, SignedVote, TimestampMs, VerifiedTransaction};

/// The source of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A client of this replica, which sends the transaction to the others and answers the client.
    Client,
    /// This peer, which gets promises for it.
    Peer(PublicKey),
}

/// An input of [`crate::Replica::step`].
pub enum Input {
    /// Time passed: blocks may be built, views given up, and lost messages repeated.
    Tick {
        /// By the clock that never steps: for timers.
        at: Moment,
        /// By the wall clock, which may step: for the times of blocks.
        now: TimestampMs,
    },
    /// A transaction whose signature was checked.
    Submit {
        /// The transaction.
        transaction: Box<VerifiedTransaction>,
        /// Where it came in.
        source: Source,
    },
    /// The native value that this validator's open promises on this shard may move at most: its part of the bond.
    Cover(u64),
    /// The vote that [`crate::Effect::Sign`] asked for is durable and signed.
    Signed(SignedVote),
    /// The block under way is durable.
    Persisted,
    /// A message of a peer. All that it claims is checked.
    Message {
        /// The peer's key, proved by the transport.
        from: PublicKey,
        /// The message.
        message: Box<Message>,
    },
}
