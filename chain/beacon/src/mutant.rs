//! Mutants of this crate: deliberately broken variants that tests must detect, see [`chain_types::mutant`]. Invariant:
//! a build without `--cfg waymark_mutants` contains no mutant.

pub use chain_types::mutant::{Mutant, is};

/// Every report of one offence convicts again.
pub const SLASH_TWICE: Mutant = "slash-twice";
/// A valid deal convicts its dealer.
pub const CONVICT_HONEST: Mutant = "convict-honest";
/// Burned units are not recorded.
pub const BURN_NOTHING: Mutant = "burn-nothing";
/// A convicted validator keeps its seat.
pub const KEEP_SEAT: Mutant = "keep-seat";
/// A deal is accepted after shares are known.
pub const DEAL_LATE: Mutant = "deal-late";
/// An epoch may end as soon as its random number is drawn.
pub const END_EARLY: Mutant = "end-early";
/// A share counts without a valid proof of decryption.
pub const TRUST_SHARES: Mutant = "trust-shares";
/// The random number is drawn with one share too few.
pub const DRAW_EARLY: Mutant = "draw-early";
/// The random number does not depend on the deals.
pub const FORGET_DEALS: Mutant = "forget-deals";
/// Any number of seats may change at one boundary.
pub const CHANGE_MANY: Mutant = "change-many";
/// A joiner that did not acknowledge gets its seat.
pub const SIT_UNREADY: Mutant = "sit-unready";
/// A bond is released together with the seat.
pub const RELEASE_EARLY: Mutant = "release-early";

/// An epoch may end before its minimum time.
pub const HURRY_EPOCHS: Mutant = "hurry-epochs";
/// An epoch may end before every shard has entered it.
pub const LEAVE_SHARDS: Mutant = "leave-shards";
/// The league is drawn from the weights at the end of the epoch.
pub const DRAW_LATE: Mutant = "draw-late";
/// A bond is released after its number of epochs, before the minimum time.
pub const RELEASE_HASTILY: Mutant = "release-hastily";
/// A vote without a seat convicts nobody.
pub const EXCUSE_FOREIGN_VOTES: Mutant = "excuse-foreign-votes";
/// A leader is convicted of a broken promise although the author was removed and added again.
pub const FORGET_AUTHOR_CHANGES: Mutant = "forget-author-changes";

pub const ALL: &[Mutant] = &[
    SLASH_TWICE,
    CONVICT_HONEST,
    BURN_NOTHING,
    KEEP_SEAT,
    DEAL_LATE,
    END_EARLY,
    TRUST_SHARES,
    DRAW_EARLY,
    FORGET_DEALS,
    CHANGE_MANY,
    SIT_UNREADY,
    RELEASE_EARLY,
    FORGET_AUTHOR_CHANGES,
    HURRY_EPOCHS,
    LEAVE_SHARDS,
    DRAW_LATE,
    RELEASE_HASTILY,
    EXCUSE_FOREIGN_VOTES,
];

/// The faults that show only when seats change hands.
pub const SEATS: &[Mutant] = &[CHANGE_MANY, SIT_UNREADY, RELEASE_EARLY, RELEASE_HASTILY, EXCUSE_FOREIGN_VOTES];
