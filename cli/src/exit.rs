//! Exit codes, the same for every command. Invariant: they never change meaning; `waymark verify` adds its verdicts.

/// All is well.
pub const SUCCESS: u8 = 0;
/// The command failed, or found what it looks for: a difference, a fault.
pub const FAILURE: u8 = 1;
/// Bad usage, which is clap's too, or a file that cannot be read.
pub const UNREADABLE: u8 = 2;
/// What is here is not enough to tell.
pub const UNTOLD: u8 = 3;
