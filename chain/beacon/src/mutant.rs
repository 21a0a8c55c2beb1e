//! Named mutants of the beacon, see [`chain_types::mutant`]. Invariant: without `--cfg waymark_mutants` they are only
//! names.

pub use chain_types::mutant::{Mutant, is};

/// A validator is convicted of one offence as often as it is shown.
pub const SLASH_TWICE: Mutant = "slash-twice";
/// A good deal convicts its dealer.
pub const CONVICT_HONEST: Mutant = "convict-honest";
/// What is burned is not noted.
pub const BURN_NOTHING: Mutant = "burn-nothing";
/// Who was convicted keeps its seat.
pub const KEEP_SEAT: Mutant = "keep-seat";
/// A deal is taken when shares are known.
pub const DEAL_LATE: Mutant = "deal-late";
/// An epoch ends as soon as its number is drawn.
pub const END_EARLY: Mutant = "end-early";
/// A share counts whether or not its holder's key opens the deals to it.
pub const TRUST_SHARES: Mutant = "trust-shares";
/// The number is drawn from one share too few.
pub const DRAW_EARLY: Mutant = "draw-early";
/// The number is not bound to the deals.
pub const FORGET_DEALS: Mutant = "forget-deals";
/// Any number of seats changes at one boundary.
pub const CHANGE_MANY: Mutant = "change-many";
/// Who did not say that it is ready gets its seat.
pub const SIT_UNREADY: Mutant = "sit-unready";
/// A bond is released with the seat.
pub const RELEASE_EARLY: Mutant = "release-early";

/// An epoch ends before its least time.
pub const HURRY_EPOCHS: Mutant = "hurry-epochs";
/// An epoch ends though a shard has not entered it.
pub const LEAVE_SHARDS: Mutant = "leave-shards";
/// The league is drawn by what is known when the epoch ends.
pub const DRAW_LATE: Mutant = "draw-late";
/// A bond is released after its number of epochs, without the least time.
pub const RELEASE_HASTILY: Mutant = "release-hastily";
/// A vote without a seat convicts nobody.
pub const EXCUSE_FOREIGN_VOTES: Mutant = "excuse-foreign-votes";
/// Who is accused of a broken promise is not excused by an author that left and came back.
pub const FORGET_AUTHOR_CHANGES: Mutant = "forget-author-changes";

/// All of them.
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

/// Those that show only where seats change hands.
pub const SEATS: &[Mutant] = &[CHANGE_MANY, SIT_UNREADY, RELEASE_EARLY, RELEASE_HASTILY, EXCUSE_FOREIGN_VOTES];
