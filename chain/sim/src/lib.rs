//! A deterministic simulator: whole chains in one thread, with simulated disks, clocks and networks, faults drawn from
//! a seed, and independent oracles. Invariant: a world is a function of its scenario (a seed of a profile, with all or
//! some of its faults); two runs give the same trace.

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
