//! A deterministic simulator of whole chains in one thread, with simulated disks, clocks, networks and faults.
//!
//! Invariant: a world is a function of its scenario (a profile, a seed, and selected faults and transactions). Two runs
//! of one scenario give the same trace. Oracles check what the simulated processes do.

pub mod background;
pub mod byzantine;
pub mod cast;
pub mod dice;
pub mod disk;
pub mod fault;
pub mod journal;
pub mod network;
pub mod oracle;
pub mod process;
pub mod profile;
pub mod regression;
pub mod run;
pub mod scenario;
pub mod shrink;
pub mod snapshot;
pub mod trace;
pub mod workload;
pub mod world;
