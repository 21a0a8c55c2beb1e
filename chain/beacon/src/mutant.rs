//! Named mutants of the beacon, see [`chain_types::mutant`]. Invariant: without `--cfg waymark_mutants` they are only names.

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

/// All of them.
pub const ALL: &[Mutant] = &[SLASH_TWICE, CONVICT_HONEST, BURN_NOTHING, KEEP_SEAT, DEAL_LATE, END_EARLY];
