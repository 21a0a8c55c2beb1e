//! Whole chains in one thread: validators with simulated disks, clocks and networks, faults drawn from a seed, and
//! oracles that compute independently what must hold. Invariant: a world is a function of its scenario, which is a seed
//! of a profile with all or some of its faults; running it twice gives the same trace.

pub mod byzantine;
pub mod cast;
pub mod dice;
pub mod disk;
pub mod errand;
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
