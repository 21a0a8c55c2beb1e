//! Mutants: deliberately broken variants of the protocol, which the simulator or a test must detect. Invariant: without
//! `--cfg waymark_mutants`, [`is`] always returns false. The compiler then removes the code that the call guards.

/// The name of a deliberate fault.
pub type Mutant = &'static str;

macro_rules! mutants {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$meta])* pub const $name: Mutant = $text;)*
        /// All mutants.
        pub const ALL: &[Mutant] = &[$($name),*];
    };
}

mutants! {
    /// Half of the weight is a quorum.
    QUORUM_OF_HALF = "quorum-of-half";
    /// A vote of an earlier epoch is accepted.
    ACCEPT_STALE_EPOCH = "accept-stale-epoch";
    /// The signatures of a certificate are not checked.
    TRUST_CERTIFICATES = "trust-certificates";
    /// An invalid signature in a certificate counts with its weight.
    COUNT_FORGED = "count-forged";
    /// A key or signature of an unknown scheme is read as Ed25519.
    ANY_SCHEME = "any-scheme";
    /// The signature of a vote is not checked.
    TRUST_VOTES = "trust-votes";
    /// A validator's second vote replaces its first.
    COUNT_SECOND_VOTES = "count-second-votes";
    /// A validator notarises every proposal of the leader, even several in one view.
    NOTARISE_TWICE = "notarise-twice";
    /// A validator finalises a view that it nullified.
    FINALISE_AFTER_NULLIFY = "finalise-after-nullify";
    /// A validator notarises a new block although another is already notarised.
    IGNORE_NOTARISED = "ignore-notarised";
    /// A proposal is accepted from any validator.
    ANY_LEADER = "any-leader";
    /// A validator votes for a block without executing it.
    SKIP_EXECUTION = "skip-execution";
    /// Promises are lost on restart.
    FORGET_PROMISES = "forget-promises";
    /// A leader omits promised transactions from its block.
    BREAK_PROMISES = "break-promises";
    /// Votes are lost on restart.
    FORGET_VOTES = "forget-votes";
    /// A vote is sent before it is durable.
    SKIP_VOTE_SYNC = "skip-vote-sync";
    /// A validator votes for a block before it is durable.
    SKIP_HOLD = "skip-hold";
    /// A final block is announced before it is durable.
    SKIP_BLOCK_SYNC = "skip-block-sync";
    /// The certificates that ended earlier views are not kept.
    FORGET_CERTIFICATES = "forget-certificates";
    /// A transaction in the seen-set is executed again.
    ACCEPT_REPLAY = "accept-replay";
    /// A block from a peer is applied without checking its certificate.
    TRUST_SYNC = "trust-sync";
    /// Messages are never sent again.
    NEVER_RESEND = "never-resend";
    /// A view never times out.
    NEVER_TIME_OUT = "never-time-out";
    /// A discarded block's execution is not undone.
    SKIP_UNDO = "skip-undo";
    /// A transaction that was received again while its block was being written stays pending.
    KEEP_WRITTEN = "keep-written";
    /// A validator whose store was rolled back loses its votes at later heights.
    FORGET_LATER = "forget-later";
    /// A validator whose journal was rolled back continues to vote.
    IGNORE_ROLLBACK = "ignore-rollback";
    /// A block's list of transactions is accepted from any peer, without checking it against the block's header.
    TRUST_BODIES = "trust-bodies";
    /// Messages are accepted from any sender, and stored for the next height without limit.
    TRUST_SENDERS = "trust-senders";
    /// A block's work is not limited.
    UNMETERED = "unmetered";
    /// Transactions that fit into no block are admitted to the mempool.
    ADMIT_ALL = "admit-all";
    /// The mempool gives its room to the first sender that fills it.
    FIRST_COME = "first-come";
    /// The highest height that any peer claims counts as the chain's height.
    BELIEVE_STATUS = "believe-status";
    /// The authors' signatures in a peer's final blocks are not checked.
    TRUST_AUTHORS = "trust-authors";
    /// Validators vote for blocks with a timestamp in the future.
    IGNORE_CLOCK = "ignore-clock";
    /// A block may have an earlier timestamp than its parent.
    TURN_TIME_BACK = "turn-time-back";
    /// A validator that votes twice is not reported.
    ACCUSE_NOBODY = "accuse-nobody";
    /// The signers of a certificate are not compared with their earlier votes.
    FORGET_SIGNERS = "forget-signers";
    /// View timers run and expire while there is nothing to decide.
    IDLE_TIMERS = "idle-timers";
    /// A validator's timers use the wall clock.
    WALL_CLOCK_TIMERS = "wall-clock-timers";
    /// A block may have a timestamp older than any voter's clock allows.
    ACCEPT_OLD_BLOCKS = "accept-old-blocks";
    /// A peer that is behind gets no help.
    NEVER_HELP = "never-help";
    /// The head block of a snapshot is accepted without checking its certificate.
    TRUST_SNAPSHOT_HEAD = "trust-snapshot-head";
    /// A chunk of a snapshot is accepted without checking its root.
    TRUST_CHUNKS = "trust-chunks";
    /// A snapshot is adopted without checking its seen-set.
    TRUST_SEEN = "trust-seen";
    /// The block times in a snapshot's seen-set are not compared with the transactions.
    TRUST_SEEN_TIMES = "trust-seen-times";
    /// Data from a peer that was abandoned during a state transfer is kept.
    KEEP_TAKEOVER = "keep-takeover";
}

/// The mutants that take effect only where replicas join from snapshots.
pub const JOINING: &[Mutant] = &[TRUST_SNAPSHOT_HEAD, TRUST_CHUNKS, TRUST_SEEN, TRUST_SEEN_TIMES, KEEP_TAKEOVER];

/// The mutants that tests detect and the simulator does not. Its tenants do not send enough transactions, and its
/// chains are never idle under a faulty leader.
pub const BY_TESTS: &[Mutant] = &[FIRST_COME, UNMETERED, ACCEPT_OLD_BLOCKS];

#[cfg(waymark_mutants)]
mod active {
    use std::cell::Cell;

    thread_local! {
        static ACTIVE: Cell<Option<super::Mutant>> = const { Cell::new(None) };
    }

    /// Activates one mutant for this thread, or none.
    pub fn activate(mutant: Option<super::Mutant>) {
        ACTIVE.set(mutant);
    }

    /// Whether a mutant is active on this thread.
    pub fn is(mutant: super::Mutant) -> bool {
        ACTIVE.get() == Some(mutant)
    }
}

#[cfg(waymark_mutants)]
pub use active::{activate, is};

/// Whether a mutant is active: never in this build.
#[cfg(not(waymark_mutants))]
#[inline]
pub const fn is(_: Mutant) -> bool {
    false
}
