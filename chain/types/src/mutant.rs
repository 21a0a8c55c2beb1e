//! Named mutants: deliberate faults of the protocol that the simulator must notice. Invariant: without
//! `--cfg waymark_mutants` there are none: [`is`] is constantly false and the compiler removes what it guards.

/// A deliberate fault.
pub type Mutant = &'static str;

macro_rules! mutants {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$meta])* pub const $name: Mutant = $text;)*
        /// All of them.
        pub const ALL: &[Mutant] = &[$($name),*];
    };
}

mutants! {
    /// Half of the weight decides.
    QUORUM_OF_HALF = "quorum-of-half";
    /// A vote of an earlier epoch counts.
    ACCEPT_STALE_EPOCH = "accept-stale-epoch";
    /// The signatures of a certificate are not checked.
    TRUST_CERTIFICATES = "trust-certificates";
    /// The weight of an invalid signature counts in a certificate.
    COUNT_FORGED = "count-forged";
    /// A key or signature of an unknown scheme is read as one of Ed25519.
    ANY_SCHEME = "any-scheme";
    /// The signature of a vote is not checked.
    TRUST_VOTES = "trust-votes";
    /// A validator's second vote replaces its first.
    COUNT_SECOND_VOTES = "count-second-votes";
    /// A validator notarises whatever the leader proposes, more than once a view.
    NOTARISE_TWICE = "notarise-twice";
    /// A validator finalises a view that it nullified.
    FINALISE_AFTER_NULLIFY = "finalise-after-nullify";
    /// A validator notarises a fresh block over a notarised one.
    IGNORE_NOTARISED = "ignore-notarised";
    /// A proposal counts whoever made it.
    ANY_LEADER = "any-leader";
    /// The block is not executed before it is voted for.
    SKIP_EXECUTION = "skip-execution";
    /// A restart forgets what was promised.
    FORGET_PROMISES = "forget-promises";
    /// A leader leaves out of its block what it promised.
    BREAK_PROMISES = "break-promises";
    /// A restart forgets what was voted.
    FORGET_VOTES = "forget-votes";
    /// A vote is said before it is durable.
    SKIP_VOTE_SYNC = "skip-vote-sync";
    /// A block is voted for before it is durable.
    SKIP_HOLD = "skip-hold";
    /// A final block is announced before it is durable.
    SKIP_BLOCK_SYNC = "skip-block-sync";
    /// Certificates by which views were left are not remembered.
    FORGET_CERTIFICATES = "forget-certificates";
    /// A transaction that was seen is executed again.
    ACCEPT_REPLAY = "accept-replay";
    /// A block from a peer is applied without its certificate.
    TRUST_SYNC = "trust-sync";
    /// Nothing is said twice.
    NEVER_RESEND = "never-resend";
    /// A view that waits is never given up.
    NEVER_TIME_OUT = "never-time-out";
    /// A block executed in vain is not undone.
    SKIP_UNDO = "skip-undo";
    /// A transaction that came again while its block was being written waits for another block.
    KEEP_WRITTEN = "keep-written";
    /// A validator whose store was set back forgets what it said at later heights.
    FORGET_LATER = "forget-later";
    /// A validator whose journal was set back goes on voting.
    IGNORE_ROLLBACK = "ignore-rollback";
    /// A list of transactions is kept for a block whoever named it, and whatever the block's header commits to.
    TRUST_BODIES = "trust-bodies";
    /// A message counts whoever sent it, and any number of them is kept for the next height.
    TRUST_SENDERS = "trust-senders";
    /// A block may hold any amount of work.
    UNMETERED = "unmetered";
    /// What no block could hold waits all the same.
    ADMIT_ALL = "admit-all";
    /// Whoever fills the mempool first keeps its room.
    FIRST_COME = "first-come";
    /// The highest claim of any peer counts as the chain's height.
    BELIEVE_STATUS = "believe-status";
    /// The authors' signatures in a peer's final blocks are not checked.
    TRUST_AUTHORS = "trust-authors";
    /// A block from the future is voted for.
    IGNORE_CLOCK = "ignore-clock";
    /// A block may be older than its parent.
    TURN_TIME_BACK = "turn-time-back";
    /// A validator that votes twice is not reported.
    ACCUSE_NOBODY = "accuse-nobody";
    /// Who signed a certificate is not compared with what it voted before.
    FORGET_SIGNERS = "forget-signers";
    /// Views wait and are given up while nothing is to be decided.
    IDLE_TIMERS = "idle-timers";
    /// A validator's timers follow its wall clock.
    WALL_CLOCK_TIMERS = "wall-clock-timers";
    /// A block may be older than any voter's clock allows.
    ACCEPT_OLD_BLOCKS = "accept-old-blocks";
    /// A peer that is behind is not told.
    NEVER_HELP = "never-help";
    /// The block of a snapshot counts whoever certified it.
    TRUST_SNAPSHOT_HEAD = "trust-snapshot-head";
    /// A chunk of a snapshot counts wherever it leads.
    TRUST_CHUNKS = "trust-chunks";
    /// A snapshot is adopted whatever it remembers.
    TRUST_SEEN = "trust-seen";
    /// The times of a snapshot's remembered blocks are not compared with their transactions.
    TRUST_SEEN_TIMES = "trust-seen-times";
    /// What came from a peer that was given up stays.
    KEEP_TAKEOVER = "keep-takeover";
}

/// Those that show only where replicas join from snapshots.
pub const JOINING: &[Mutant] = &[TRUST_SNAPSHOT_HEAD, TRUST_CHUNKS, TRUST_SEEN, TRUST_SEEN_TIMES, KEEP_TAKEOVER];

/// Those that tests notice and the simulator does not: none of its tenants sends so much, and its chains do not rest
/// while a liar leads.
pub const BY_TESTS: &[Mutant] = &[FIRST_COME, UNMETERED, ACCEPT_OLD_BLOCKS];

#[cfg(waymark_mutants)]
mod active {
    use std::cell::Cell;

    thread_local! {
        static ACTIVE: Cell<Option<super::Mutant>> = const { Cell::new(None) };
    }

    /// Turns one mutant on for this thread, or all off.
    pub fn activate(mutant: Option<super::Mutant>) {
        ACTIVE.set(mutant);
    }

    /// Whether a mutant is on.
    pub fn is(mutant: super::Mutant) -> bool {
        ACTIVE.get() == Some(mutant)
    }
}

#[cfg(waymark_mutants)]
pub use active::{activate, is};

/// Whether a mutant is on: never, in this build.
#[cfg(not(waymark_mutants))]
#[inline]
pub const fn is(_: Mutant) -> bool {
    false
}
