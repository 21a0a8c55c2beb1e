//! Named mutants of the law, see [`chain_types::mutant`]. Invariant: without `--cfg waymark_mutants` they are only
//! names.

pub use chain_types::mutant::{Mutant, is};

/// An epoch is entered without the word of a quorum.
pub const TRUST_HAND_OVER: Mutant = "trust-hand-over";
/// An epoch is entered again.
pub const ENTER_TWICE: Mutant = "enter-twice";
/// What is in escrow stays in the balance as well.
pub const KEEP_ESCROWED: Mutant = "keep-escrowed";
/// A bond is not debited.
pub const BOND_FOR_NOTHING: Mutant = "bond-for-nothing";
/// A block does not commit to the blocks before it.
pub const FORGET_ANCESTORS: Mutant = "forget-ancestors";

/// All of them.
pub const ALL: &[Mutant] = &[TRUST_HAND_OVER, ENTER_TWICE, KEEP_ESCROWED, BOND_FOR_NOTHING, FORGET_ANCESTORS];
