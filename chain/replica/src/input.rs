//! The inputs of a replica's step function. Invariant: ticks, signed votes, peers' messages and completed block writes
//! enter only here. [`crate::Replica::adopt`] (snapshots) and [`crate::Stopwatch`] (building time) are separate
//! entries.

use crate::Message;
use chain_types::{Moment, PublicKey, SignedVote, TimestampMs, VerifiedTransaction};

/// The source of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A client of this replica. The replica sends the transaction to the validators and answers the client.
    Client,
    /// A peer, which gets the promises of the transaction.
    Peer(PublicKey),
}

/// An input of [`crate::Replica::step`].
pub enum Input {
    /// Time passed: blocks may be built, views given up, and lost messages repeated.
    Tick {
        /// The monotonic clock, for timers.
        at: Moment,
        /// The wall clock, which may step, for the times of blocks.
        now: TimestampMs,
    },
    /// A transaction with a checked signature.
    Submit { transaction: Box<VerifiedTransaction>, source: Source },
    /// The native value that this validator's open promises on this shard may move at most: the shard's part of the
    /// bond.
    Cover(u64),
    /// The vote of [`crate::Effect::Sign`] is durable and signed.
    Signed(SignedVote),
    /// The block of [`crate::Effect::Persist`] is durable.
    Persisted,
    /// A message from a peer. All its claims are checked.
    Message {
        /// The peer's key, authenticated by the transport.
        from: PublicKey,
        message: Box<Message>,
    },
}
