//! The exit codes, the same for every command. Invariant: they never change meaning; `waymark verify` adds its
//! verdicts.

/// Success.
pub const SUCCESS: u8 = 0;
/// The command failed, or found a difference or fault.
pub const FAILURE: u8 = 1;
/// Wrong usage, which clap reports with the same code, or an unreadable file.
pub const UNREADABLE: u8 = 2;
/// The available data is incomplete.
pub const INCOMPLETE: u8 = 3;
