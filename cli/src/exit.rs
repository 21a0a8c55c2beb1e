//! The exit codes of every command. Invariant: a code never changes its meaning.

/// Success.
pub const SUCCESS: u8 = 0;
/// The command failed, or found a difference or fault.
pub const FAILURE: u8 = 1;
/// Wrong usage, which clap reports with the same code, or an unreadable file.
pub const UNREADABLE: u8 = 2;
/// The available data is incomplete.
pub const INCOMPLETE: u8 = 3;
