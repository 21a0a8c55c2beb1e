//! What happens to a replica. Invariant: time, signatures, peers' messages and the disk's answers arrive here and
//! nowhere else.

use crate::Message;
use chain_types::{Moment, PublicKey, SignedVote, TimestampMs, VerifiedTransaction};

/// Where a transaction came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Here: this replica tells the others, and whoever waits for it what becomes of it.
    Client,
    /// At this peer, which hears of promises.
    Peer(PublicKey),
}

/// An input of [`crate::Replica::step`].
pub enum Input {
    /// Time passed: the moment to build a block, to give up a view, to say again what may have been lost.
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
    /// A peer said something. Whatever it claims is checked.
    Message {
        /// Who.
        from: PublicKey,
        /// What.
        message: Box<Message>,
    },
}
