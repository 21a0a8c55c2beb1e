//! Mutants of this crate: deliberately broken variants that tests must detect, see [`chain_types::mutant`]. Invariant:
//! a build without `--cfg waymark_mutants` contains no mutant.

pub use chain_types::mutant::{Mutant, is};

/// A shard enters an epoch without a quorum's certificate.
pub const TRUST_HAND_OVER: Mutant = "trust-hand-over";
/// A shard enters the same epoch twice.
pub const ENTER_TWICE: Mutant = "enter-twice";
/// An amount in escrow also stays in the balance.
pub const KEEP_ESCROWED: Mutant = "keep-escrowed";
/// Registering a validator does not debit the bond.
pub const BOND_FOR_NOTHING: Mutant = "bond-for-nothing";
/// The state does not record the block's parent.
pub const FORGET_ANCESTORS: Mutant = "forget-ancestors";

pub const ALL: &[Mutant] = &[TRUST_HAND_OVER, ENTER_TWICE, KEEP_ESCROWED, BOND_FOR_NOTHING, FORGET_ANCESTORS];
